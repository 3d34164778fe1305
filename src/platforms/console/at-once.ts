/** Limits of what the console does at the same time: any program of this machine may knock. */
import type { MiddlewareHandler } from 'hono';

/** Pages that watch the conversation; each hears of every change. */
export const MAX_STREAMS = 32;

/** Requests whose files are being taken in: each is in memory. */
export const MAX_UPLOADS = 8;

/** Connections of all kinds, of which a page has up to six: each takes one of the files that the bot may have open. */
export const MAX_CONNECTIONS = 256;

export const TOO_MANY_STREAMS = `The console is open in ${MAX_STREAMS} windows already; close one of them.`;
const TOO_MANY_UPLOADS = `The console takes ${MAX_UPLOADS} requests at the same time; send it again in a moment.`;

/** Refuses with 503 a request that comes while `MAX_UPLOADS` others are being taken. */
export function limitUploads(): MiddlewareHandler {
	let taken = 0;
	return async (c, next) => {
		if (taken >= MAX_UPLOADS) return c.json({ error: TOO_MANY_UPLOADS }, 503);
		taken++;
		try {
			await next();
		} finally {
			taken--;
		}
	};
}
