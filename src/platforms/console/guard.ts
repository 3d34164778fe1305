/** Keeps other web pages away from the console: a browser that is signed in would send their requests with its cookie. */
import type { MiddlewareHandler } from 'hono';

/** Scripts, styles and pictures come from the console itself and from nowhere else. */
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

/** Where pages that commands made are served, as files of a message. */
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
 * Refuses with 403 what a page of another site could send: a foreign Host (DNS rebinding: a foreign name that resolves
 * to 127.0.0.1), a foreign Origin, and writes that the browser marks as coming from elsewhere (CSRF).
 *
 * @param port the port the console listens on, known once it listens
 */
export function guard(port: () => number): MiddlewareHandler {
	return async (c, next) => {
		const allowed = [`127.0.0.1:${port()}`, `localhost:${port()}`];
		const host = c.req.header('host')?.toLowerCase() ?? '';
		const origin = c.req.header('origin');
		const site = c.req.header('sec-fetch-site');
		const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
		if (!allowed.includes(host)) {
			return c.json({ error: `The console answers only at http://${allowed[0]}.` }, 403);
		}
		if (
			(origin !== undefined && origin !== `http://${host}`) ||
			(!reads && site !== undefined && site !== 'same-origin')
		) {
			return c.json({ error: 'The console takes requests only from its own page.' }, 403);
		}
		await next();
		for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
		if (c.req.path.startsWith(FILES)) c.res.headers.set('content-security-policy', FILES_POLICY);
	};
}
