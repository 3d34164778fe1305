/** Decides which addresses belong to the public internet. */
import ipaddr from 'ipaddr.js';

/** A public address at which one provider's cloud machines reach their own configuration. */
const METADATA = new Set(['168.63.129.16']);

/** All assigned IPv6 addresses. This leaves out forms that some systems still treat as IPv4, such as ::7f00:1. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an IP address is public: not loopback, private, carrier-grade NAT, link-local, multicast or reserved, and not one
 * that embeds another address (NAT64, 6to4, Teredo). IPv4 mapped into IPv6 counts as IPv4.
 *
 * @param address as a resolver writes it; anything that is not an address is not public
 */
export function isPublicAddress(address: string): boolean {
	if (!ipaddr.isValid(address)) return false;
	const parsed = ipaddr.process(address);
	if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_IPV6)) return false;
	return parsed.range() === 'unicast' && !METADATA.has(parsed.toString());
}
