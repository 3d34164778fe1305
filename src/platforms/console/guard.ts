/** Keeps other websites from using the console: a signed-in browser would add its cookie to their requests. */
import type { MiddlewareHandler } from 'hono';

/** Scripts, styles and pictures may only come from the console itself. */
const POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data: blob:",
	"connect-src 'self'",
	"form-action 'none'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
].join('; ');

/** The path of the files attached to messages, including the pages that commands make. */
const FILES = '/files/';
const FILES_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

const HEADERS = {
	'content-security-policy': POLICY,
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
};

/**
 * Refuses with 403 whatever another site's page could send: a foreign Host (DNS rebinding, where a foreign name resolves to
 * 127.0.0.1), a foreign Origin, and writes that the browser marks as cross-site (CSRF).
 *
 * @param port returns the port that the console listens on
 */
export function guard(port: () => number): MiddlewareHandler {
	return async (c, next) => {
		const allowed = [`127.0.0.1:${port()}`, `localhost:${port()}`];
		const host = c.req.header('host')?.toLowerCase() ?? '';
		const origin = c.req.header('origin');
		const site = c.req.header('sec-fetch-site');
		const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
		if (!allowed.includes(host)) {
			return c.json({ error: `The console is only available at http://${allowed[0]}.` }, 403);
		}
		if (
			(origin !== undefined && origin !== `http://${host}`) ||
			(!reads && site !== undefined && site !== 'same-origin')
		) {
			return c.json({ error: 'The console only accepts requests from its own page.' }, 403);
		}
		await next();
		for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
		if (c.req.path.startsWith(FILES)) c.res.headers.set('content-security-policy', FILES_POLICY);
	};
}
