/** Downloads from behind a proxy, as curl and pip do them; Node's own fetch knows none before Node 24. */
import { getProxyForUrl } from 'proxy-from-env';
import { UserError } from '../../../gpu/jobs/index.ts';
import { remember } from '../../../gpu/remember.ts';
import { isLoopback } from '../../base/loopback.ts';

/** Proxies to keep connections to: one for each of the variables. */
const MOST_PROXIES = 3;

const fetchBy = remember(
	async (proxy: string) => {
		// Only where it is used, as importing it changes what other versions of it in the same process use.
		const { fetch, ProxyAgent } = await import('undici');
		const dispatcher = new ProxyAgent(proxy);
		// Its types are its own, but it is what the global fetch is made of.
		return async (url: URL, init: object) => (await fetch(url, { ...init, dispatcher })) as unknown as Response;
	},
	{ max: MOST_PROXIES },
);

/**
 * As the global fetch, but through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` names for the address, unless
 * `NO_PROXY` leaves it out or it is this machine's own.
 *
 * @throws {UserError} if that is no address of an HTTP proxy
 */
export async function proxiedFetch(url: URL, init: RequestInit): Promise<Response> {
	const proxy = isLoopback(url.hostname) ? '' : getProxyForUrl(url.href);
	if (proxy === '') return fetch(url, init);
	const proxied = await fetchBy(httpProxy(proxy, url));
	return proxied(url, init);
}

function httpProxy(proxy: string, { protocol }: URL): string {
	if (URL.canParse(proxy) && /^https?:/.test(proxy)) return proxy;
	const variable = `${protocol.slice(0, -1).toUpperCase()}_PROXY`;
	throw new UserError(
		`${variable} (or ALL_PROXY) must be the address of an HTTP proxy, for example http://proxy.example.edu:3128.`,
	);
}
