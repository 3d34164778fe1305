/** The fake's HTTP side: the Web API, uploads, downloads and response_urls. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Args, call, emptyMessage, hold, Refusal, write } from './web-api.ts';
import type { World } from './world.ts';

export async function answer(
	world: World,
	origin: string,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const body = Buffer.concat(chunks);
	const { pathname } = new URL(request.url ?? '/', origin);
	const [, kind, id] = pathname.split('/');
	const json = (status: number, content: object, headers = {}) => {
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(JSON.stringify(content));
	};
	switch (kind) {
		case 'api':
			return webApi(world, origin, pathname.slice('/api/'.length), request, body, json);
		case 'upload': {
			const form = await new Response(body, {
				headers: { 'content-type': request.headers['content-type'] ?? '' },
			}).formData();
			const [sent] = [...form.values()] as unknown as Blob[];
			const bytes = new Uint8Array(await sent.arrayBuffer());
			Object.assign(world.files.get(id) ?? {}, { bytes, type: pictureType(bytes) });
			response.end(`OK - ${bytes.length}`);
			return;
		}
		case 'files-pri':
			return download(world, id, request, response);
		case 'response':
			return respond(world, id, JSON.parse(String(body)), json);
		default:
			return json(404, { error: `the fake has no route ${pathname}` });
	}
}

type Json = (status: number, content: object, headers?: object) => void;

function webApi(world: World, origin: string, method: string, { headers }: IncomingMessage, body: Buffer, json: Json) {
	const token = headers.authorization?.replace('Bearer ', '');
	const args = readArgs(String(body));
	world.calls.push({ method, args, token, at: performance.now() });
	if (world.rateLimitNext === method || isTooOften(world, method)) {
		if (world.rateLimitNext === method) world.rateLimitNext = undefined;
		return json(429, { ok: false, error: 'ratelimited' }, { 'retry-after': '1' });
	}
	const broken = world.broken.get(method) ?? 0;
	if (broken > 0) {
		world.broken.set(method, broken - 1);
		return json(500, { ok: false, error: 'internal_error' });
	}
	try {
		const right = method === 'apps.connections.open' ? world.appToken : world.botToken;
		if (token !== right) throw new Refusal('invalid_auth');
		const scopes = world.scopes && { 'x-oauth-scopes': world.scopes.join(',') };
		json(200, { ok: true, ...call(world, origin, method, args, token) }, scopes);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		json(200, { ok: false, error: error.message, ...error.more });
	}
}

function isTooOften(world: World, method: string): boolean {
	const most = world.perSecond.get(method);
	if (most === undefined) return false;
	const since = performance.now() - 1000;
	const lately = world.calls.filter((call) => call.method === method && call.at > since);
	return lately.length > most;
}

/** Parses the client's forms, in which values other than text are JSON. */
function readArgs(body: string): Args {
	const args: Args = {};
	for (const [name, value] of new URLSearchParams(body)) {
		args[name] = /^[[{]|^(true|false)$/.test(value) ? JSON.parse(value) : value;
	}
	return args;
}

const pictureType = ([first, second]: Uint8Array) => {
	if (first === 0x89 && second === 0x50) return 'image/png';
	if (first === 0x47 && second === 0x49) return 'image/gif';
	return 'application/octet-stream';
};

function download(world: World, id: string, { headers }: IncomingMessage, response: ServerResponse): void {
	const file = world.files.get(id);
	if (world.loginPage || headers.authorization !== `Bearer ${world.botToken}`) {
		response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
		response.end('<!DOCTYPE html><title>Sign in</title>');
	} else if (!file || file.deleted) {
		response.writeHead(404).end();
	} else {
		response.writeHead(200, { 'content-type': file.type });
		response.end(file.bytes);
	}
}

/** A response_url can be used five times. */
function respond(world: World, id: string, body: Args, json: Json) {
	const uses = (world.responses.get(id) ?? 0) + 1;
	world.responses.set(id, uses);
	world.calls.push({ method: 'response_url', args: body, token: undefined, at: performance.now() });
	if (uses > 5) return json(404, { ok: false, error: 'used_url' });
	const [onlyTo, channel] = id.split('.');
	const ts = world.newTs();
	const message = emptyMessage({ ts, channel, thread: body.thread_ts, onlyTo });
	try {
		hold(world, 'response_url', body);
		write(world, message, body);
	} catch (error) {
		return json(400, { ok: false, error: (error as Refusal).message });
	}
	world.messages.set(ts, message);
	json(200, { ok: true });
}
