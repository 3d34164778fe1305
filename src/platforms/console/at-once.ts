/** Limits on what the console does at the same time, since any program on this machine can connect to it. */
import type { Context, MiddlewareHandler } from 'hono';

/** Pages that watch the conversation. Every change is sent to each of them. */
export const MAX_STREAMS = 32;

/** Requests whose files are being received. The files are held in memory. */
export const MAX_UPLOADS = 8;

/** Connections of all kinds. A page opens up to six, and each counts towards the bot's limit of open files. */
export const MAX_CONNECTIONS = 256;

export const TOO_MANY_STREAMS = `The console is already open in ${MAX_STREAMS} windows; close one of them.`;
const TOO_MANY_UPLOADS = `The console is already receiving ${MAX_UPLOADS} requests; try again in a moment.`;

/** Refuses a request with 503 while `MAX_UPLOADS` others are being received. */
export function limitUploads(): MiddlewareHandler {
	let taken = 0;
	return async (c, next) => {
		if (taken >= MAX_UPLOADS) return c.json({ error: TOO_MANY_UPLOADS }, 503);
		taken++;
		let holds = true;
		try {
			holds = await holdsFiles(c);
			if (holds) await next();
		} finally {
			taken--;
		}
		if (!holds) await next();
	};
}

/** Whether a request holds memory after it was received: not if it is a form without files. */
async function holdsFiles(c: Context): Promise<boolean> {
	if (!c.req.header('content-type')?.startsWith('multipart/form-data')) return true;
	// Kept by hono, also for whoever reads the form next.
	const form = await c.req.formData().catch(() => new FormData());
	return [...form.values()].some((value) => typeof value !== 'string');
}
