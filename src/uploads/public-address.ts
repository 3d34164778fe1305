/** Which addresses belong to the public internet. */
import ipaddr from 'ipaddr.js';

/** A public address that cloud machines of one provider reach their own configuration at. */
const METADATA = new Set(['168.63.129.16']);

/** All that is given out of IPv6; outside are also forms that systems may still take for IPv4, such as ::7f00:1. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an IP address is one that anybody may reach: not of this machine, of a private or provider's network, of a link,
 * of a group, reserved, or one that stands for another address (NAT64, 6to4, Teredo); IPv4 in IPv6 counts as IPv4.
 *
 * @param address as written by a resolver; what is no address is not public
 */
export function isPublicAddress(address: string): boolean {
	if (!ipaddr.isValid(address)) return false;
	const parsed = ipaddr.process(address);
	if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_IPV6)) return false;
	return parsed.range() === 'unicast' && !METADATA.has(parsed.toString());
}
