/** Downloads from behind a proxy, as curl and pip do them; Node's own fetch knows none before Node 24. */
import { getProxyForUrl } from 'proxy-from-env';
import type { ProxyAgent } from 'undici';
import { UserError } from '../../../gpu/jobs/index.ts';
import { isLoopback } from '../../base/loopback.ts';

const agents = new Map<string, ProxyAgent>();

/**
 * As the global fetch, but through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` names for the address, unless
 * `NO_PROXY` leaves it out or it is this machine's own.
 *
 * @throws {UserError} if that is no address of an HTTP proxy
 */
export async function proxiedFetch(url: URL, init: RequestInit): Promise<Response> {
	const proxy = isLoopback(url.hostname) ? '' : getProxyForUrl(url.href);
	if (proxy === '') return fetch(url, init);
	// Only here, as importing it changes what other versions of it in the same process use.
	const undici = await import('undici');
	const known = agents.get(proxy);
	const dispatcher = known ?? new undici.ProxyAgent(httpProxy(proxy, url));
	agents.set(proxy, dispatcher);
	// Its types are its own, but it is what the global fetch is made of.
	const response: unknown = await undici.fetch(url, { ...(init as object), dispatcher });
	return response as Response;
}

function httpProxy(proxy: string, { protocol }: URL): string {
	if (URL.canParse(proxy) && /^https?:/.test(proxy)) return proxy;
	const variable = `${protocol.slice(0, -1).toUpperCase()}_PROXY`;
	throw new UserError(
		`${variable} (or ALL_PROXY) must be the address of an HTTP proxy, for example http://proxy.example.edu:3128.`,
	);
}
