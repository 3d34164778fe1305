/** The console's routes. */
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import * as z from 'zod';
import type { Command } from '../../../commands/lib/command.ts';
import { describe } from '../../../commands/lib/parse-options.ts';
import { MAX_SEED, UserError } from '../../../gpu/jobs/index.ts';
import { followSignal } from '../../base/follow-signal.ts';
import type { Log } from '../../base/log.ts';
import type { Desk } from '../../desk/desk.ts';
import { MAX_UPLOAD_BYTES } from '../../uploads/limits.ts';
import type { Asset } from './asset.ts';
import { limitUploads, MAX_STREAMS, TOO_MANY_STREAMS } from './at-once.ts';
import { wireExamples } from './examples.ts';
import type { Front } from './front.ts';
import { guard } from './guard.ts';
import { identifyBrowser, personAt, rename, type Visitor } from './people.ts';
import { exportResults, findResults, MAX_EXPORTED } from './results.ts';
import { ADDRESS } from './settings.ts';
import { readForm } from './submission.ts';
import type { Timeline } from './timeline.ts';
import { guestToken, requireToken } from './token.ts';
import type { WireCommand, WireMe, WireModel, WirePressed, WirePrompts, WireRegistry } from './wire.ts';

/** Room for a file of the largest size, a mask, and the rest of the form. */
const MAX_BODY_BYTES = MAX_UPLOAD_BYTES + 2 * 2 ** 20;

const TOO_LARGE = `The upload is too large; files may have at most ${MAX_UPLOAD_BYTES / 2 ** 20} MiB.`;

/** How long the page waits before it reconnects. */
const RETRY_MS = 1000;

const pressed = z.object({ message: z.string(), button: z.string().max(100) });

const exported = z.object({ results: z.array(z.string().max(40)).min(1).max(MAX_EXPORTED) });

/** No prompt is longer. */
const MAX_SEARCH = 1000;

export interface AppDeps {
	readonly desk: Desk;
	readonly front: Front;
	readonly timeline: Timeline;
	readonly assets: ReadonlyMap<string, Asset>;
	readonly port: () => number;
	/** The secret that lets people in; undefined if anyone may enter. */
	readonly token: string | undefined;
	/** Aborted when the console stops, which ends the event streams. */
	readonly closing: AbortSignal;
	readonly log: Log;
}

export function createApp({ desk, front, timeline, assets, port, token, closing, log }: AppDeps): Hono<Visitor> {
	const app = new Hono<Visitor>();
	const me = (c: Context<Visitor>) => personAt(c, port());
	app.use(guard(port));
	if (token !== undefined) app.use(requireToken(token, port));
	else {
		app.use(async (c, next) => {
			c.set('staff', true);
			await next();
		});
	}
	app.use(identifyBrowser(port));
	app.use('/api/*', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.json({ error: TOO_LARGE }, 413) }));

	for (const [path, { type, body }] of assets) {
		app.get(path, (c) => c.body(body, 200, { 'content-type': type, 'cache-control': 'no-cache' }));
	}

	app.get('/pictures/:file{[0-9a-f]{64}\\.(png|gif|webp)}', async (c) => {
		const [blob, format] = c.req.param('file').split('.');
		const headers = { 'content-type': `image/${format}`, 'cache-control': 'private, max-age=31536000, immutable' };
		return c.body(new Uint8Array(await desk.blobs.get(blob)), 200, headers);
	});

	/** The pages that commands make contain their own styles and pictures, and no scripts. */
	app.get('/files/:blob{[0-9a-f]{64}}/:name{[\\w-]+\\.html}', async (c) => {
		const bytes = new Uint8Array(await desk.blobs.get(c.req.param('blob')));
		return c.body(bytes, 200, { 'content-type': 'text/html; charset=utf-8' });
	});

	app.get('/files/:blob{[0-9a-f]{64}}/:name{[\\w-]+\\.pth}', async (c) => {
		const bytes = new Uint8Array(await desk.blobs.get(c.req.param('blob')));
		const headers = { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' };
		return c.body(bytes, 200, headers);
	});

	app.get('/api/registry', (c) => c.json(registry(desk.commands)));

	/** Answers once the models are known; after the bot starts, that takes as long as loading them. */
	app.get('/api/models', async (c) => {
		const models = await desk.models();
		return c.json(models.map(({ name, summary, stage }): WireModel => ({ name, summary, stage })));
	});

	app.get('/api/prompts', async (c) => {
		const { command = '', model = '' } = c.req.query();
		const answer: WirePrompts = { known: await front.knownPrompts(command, model, me(c)) };
		return c.json(answer);
	});

	let streams = 0;
	app.get('/api/events', (c) => {
		// Hono sends HEAD here too, and nobody would ever read that stream.
		if (c.req.method !== 'GET') return c.body(null, 405);
		if (streams >= MAX_STREAMS) return c.json({ error: TOO_MANY_STREAMS }, 503);
		streams++;
		return streamSSE(c, async (stream) => {
			const gone = new AbortController();
			const unfollow = followSignal(closing, gone);
			const leave = () => gone.abort();
			const { socket } = (c.env as HttpBindings).incoming;
			stream.onAbort(leave);
			// A stream that waits behind another on the same connection never starts, so onAbort is not called for it.
			socket.setMaxListeners(0);
			socket.once('close', leave);
			try {
				// Waits until the page has taken each event, so that nothing piles up for a slow one.
				for await (const event of timeline.watch(gone.signal, me(c).id)) {
					await stream.writeSSE({ data: JSON.stringify(event), retry: RETRY_MS });
				}
			} finally {
				unfollow();
				socket.off('close', leave);
				streams--;
			}
		});
	});

	app.post('/api/commands', limitUploads(), async (c) => {
		const form = await c.req.formData().catch(() => {
			throw new UserError('The request is not a form; reload the page.');
		});
		const answer = await front.ask(readForm(form, desk.commands), me(c));
		return c.json(answer, 'error' in answer ? 422 : 202);
	});

	app.post('/api/forms', limitUploads(), async (c) => {
		const picture = (await c.req.formData().catch(() => undefined))?.get('picture');
		if (!(picture instanceof File)) throw new UserError('The request has no picture; reload the page.');
		const { command, options } = desk.formOf(new Uint8Array(await picture.arrayBuffer()), picture.name);
		const answer: WirePressed = { form: { command, options } };
		return c.json(answer);
	});

	app.post('/api/presses', async (c) => {
		const press = pressed.safeParse(await c.req.json().catch(() => undefined));
		if (!press.success) throw new UserError('The request names no button; reload the page.');
		return c.json(await front.press(press.data.message, press.data.button, me(c)));
	});

	app.delete('/api/messages/:id', (c) => {
		const id = c.req.param('id');
		const { id: person, staff } = me(c);
		const message = timeline.get(id);
		if (!message) return c.json({ error: 'That message has already been removed.' }, 404);
		if (!staff && message.owner !== person)
			return c.json({ error: 'Only the person who asked or staff can remove this.' }, 403);
		timeline.remove(id);
		return c.body(null, 204);
	});

	app.get('/api/results', (c) => {
		const { search = '', before } = c.req.query();
		return c.json(findResults(desk, search.slice(0, MAX_SEARCH), Number(before) || Number.MAX_SAFE_INTEGER));
	});

	app.post('/api/export', limitUploads(), async (c) => {
		const wanted = exported.safeParse(await c.req.json().catch(() => undefined));
		if (!wanted.success) throw new UserError(`One zip can hold at most ${MAX_EXPORTED} results; select fewer.`);
		const headers = { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename="flipside.zip"' };
		return c.body(new Uint8Array(await exportResults(desk, wanted.data.results)), 200, headers);
	});

	app.get('/api/me', (c) => {
		const { id, name, staff } = me(c);
		const guests = staff && token !== undefined ? `http://${ADDRESS}:${port()}/?token=${guestToken(token)}` : undefined;
		const answer: WireMe = { id, name, staff, guests };
		return c.json(answer);
	});

	app.put('/api/me', async (c) => {
		const named = z.object({ name: z.string() }).safeParse(await c.req.json().catch(() => undefined));
		if (!named.success) throw new UserError('The request has no name; reload the page.');
		rename(c, port(), named.data.name);
		return c.body(null, 204);
	});

	app.notFound((c) => c.json({ error: `There is nothing at ${c.req.path}.` }, 404));

	app.onError((error, c) => {
		if (error instanceof UserError) return c.json({ error: error.message }, 422);
		log.error({ path: c.req.path, error }, 'a request to the console failed');
		return c.json({ error: 'Something went wrong on our side; it is in the log. Try again.' }, 500);
	});
	return app;
}

function registry(commands: readonly Command[]): WireRegistry {
	return {
		commands: commands.map(
			({ name, summary, example, personal, options }): WireCommand => ({
				name,
				summary,
				example,
				makesPictures: !personal,
				options: Object.entries(options).map(([option, spec]) => ({ name: option, spec, hint: describe(spec) })),
			}),
		),
		examples: wireExamples(),
		maxUploadBytes: MAX_UPLOAD_BYTES,
		maxSeed: MAX_SEED,
	};
}
