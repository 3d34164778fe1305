/** Fakes the parts of Discord's HTTP API, version 10, that a bot with slash commands and buttons needs. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_FILES, REQUESTS } from './facts.ts';
import { json } from './message-json.ts';
import { Refusal, UNKNOWN_INTERACTION, UNKNOWN_MESSAGE } from './refusal.ts';
import {
	APPLICATION,
	CHANNEL,
	EPHEMERAL,
	type FakeInteraction,
	type FakeMessage,
	LOADING,
	THREAD,
	type Upload,
	type Version,
	type World,
} from './world.ts';

interface Call {
	readonly method: string;
	readonly path: string;
	readonly query: URLSearchParams;
	// biome-ignore lint/suspicious/noExplicitAny: a request may contain anything
	readonly body: any;
	readonly files: readonly Upload[];
	readonly authorization: string | undefined;
}

const CREATE_PUBLIC_THREADS = 1n << 35n;
const HOUR_MS = 60 * 60_000;

/** Discord's ids contain the time of creation. */
const ageOf = (id: string) => Date.now() - Number((BigInt(id) >> 22n) + 1_420_070_400_000n);

/** Types of callbacks. */
const DEFERRED_MESSAGE = 5;
const MESSAGE = 4;

export async function answer(world: World, origin: string, request: IncomingMessage, response: ServerResponse) {
	const send = (status: number, body: unknown, headers = {}) => {
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(JSON.stringify(body));
	};
	const path = decodeURIComponent(new URL(request.url!, origin).pathname);
	const file = world.files.get(path.replace(/^\/cdn\//, ''));
	if (file) {
		response.writeHead(200, { 'content-type': file.type });
		return response.end(file.bytes);
	}
	const call = await read(request, path.replace(/^\/api\/v10/, ''), origin);
	const { method, body, files, authorization } = call;
	world.requests.push({ method, path: call.path, body, files, authorization });
	if (world.rateLimitNext && call.path.includes(world.rateLimitNext)) {
		world.rateLimitNext = undefined;
		const limit = { 'retry-after': '1', 'x-ratelimit-reset-after': '0.2', 'x-ratelimit-remaining': '0' };
		return send(429, { message: 'You are being rate limited.', retry_after: 0.2, global: false }, limit);
	}
	if (world.trouble.left > 0 && call.path.includes(world.trouble.path)) {
		world.trouble.left -= 1;
		return send(503, { message: 'upstream connect error' });
	}
	try {
		hold(world, call);
		const found = route(world, origin, call);
		if (world.lost.left > 0 && call.path.includes(world.lost.path)) {
			world.lost.left -= 1;
			if (world.lost.how === 'cut off') return response.destroy();
			return send(502, { message: 'bad gateway' });
		}
		if (found === undefined) response.writeHead(204).end();
		else send(200, found);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		send(error.status, { code: error.code, message: error.message });
	}
}

async function read(request: IncomingMessage, path: string, origin: string): Promise<Call> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const raw = Buffer.concat(chunks);
	const type = request.headers['content-type'] ?? '';
	const { authorization } = request.headers;
	const call = { method: request.method!, path, query: new URL(request.url!, origin).searchParams, authorization };
	if (!type.startsWith('multipart/')) return { ...call, body: raw.length ? JSON.parse(String(raw)) : {}, files: [] };
	const form = await new Response(raw, { headers: { 'content-type': type } }).formData();
	const parts = [...form.values()].filter((part) => typeof part !== 'string');
	const files = parts.map(async (file) => ({
		name: file.name,
		type: file.type,
		bytes: new Uint8Array(await file.arrayBuffer()),
	}));
	return { ...call, body: JSON.parse(String(form.get('payload_json'))), files: await Promise.all(files) };
}

/** Checks a request against the documentation. */
function hold({ violations }: World, { method, path, body, files }: Call): void {
	const [, , schema] = REQUESTS.find(([of, at]) => of === method && at.test(path)) ?? [];
	const refusal = schema && violations.check(`${method} ${path}`, schema, body);
	if (refusal !== undefined) throw new Refusal(400, 50035, `Invalid Form Body: ${refusal}`);
	if (files.length > MAX_FILES) throw new Refusal(400, 50035, 'Invalid Form Body: too many files');
}

/** The body of a successful response; undefined if it has none. */
function route(world: World, origin: string, call: Call): unknown {
	const [, first, ...rest] = call.path.split('/');
	const what = `${call.method} /${first}`;
	switch (what) {
		case 'GET /gateway':
			authorize(world, call);
			return {
				url: origin.replace('http', 'ws'),
				shards: 1,
				session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
			};
		case 'GET /users':
			authorize(world, call);
			if (rest[1] === 'guilds') return [...world.servers.keys()].map((id) => ({ id, name: 'Class', permissions: '0' }));
			return { id: APPLICATION, username: 'flipside', discriminator: '0000', bot: true, avatar: null };
		case 'GET /guilds': {
			authorize(world, call);
			const roles = world.servers.get(rest[0]);
			if (!roles) throw new Refusal(404, 10004, 'Unknown Guild');
			return roles.map((id) => ({ id, name: id === rest[0] ? '@everyone' : 'a role', permissions: '0' }));
		}
		case 'GET /applications':
			authorize(world, call);
			return rest[1] === 'commands' ? world.commands : { id: APPLICATION, name: 'flipside', ...world.application };
		case 'PUT /applications':
			authorize(world, call);
			return register(world, call, rest[0]);
		case 'POST /interactions':
			return acknowledge(world, origin, call, rest[1]);
		case 'POST /webhooks':
			return followUp(world, origin, call, interaction(world, rest[1]));
		case 'GET /webhooks':
		case 'PATCH /webhooks':
		case 'DELETE /webhooks': {
			const from = interaction(world, rest[1]);
			const id = rest[3];
			return change(
				world,
				origin,
				call,
				id === '@original' ? from.original : ownMessage(from, id),
				'interaction token',
			);
		}
		case 'GET /channels':
			authorize(world, call);
			if (rest[0] !== CHANNEL) throw new Refusal(404, 10003, 'Unknown Channel');
			refuseBot(world);
			return { id: CHANNEL, type: world.channelType };
		case 'POST /channels': {
			authorize(world, call);
			refuseBot(world);
			if (rest[3] === 'threads') return openThread(world, rest[2], call.body);
			if (![CHANNEL, THREAD, ...world.threads.keys()].includes(rest[0]))
				throw new Refusal(404, 10003, 'Unknown Channel');
			const message = world.newMessage(call.body.flags ?? 0);
			message.thread = rest[0] === CHANNEL ? undefined : rest[0];
			apply(world, message, call.body, call.files, 'bot token');
			return json(message, origin);
		}
		case 'PATCH /channels':
		case 'DELETE /channels': {
			authorize(world, call);
			refuseBot(world);
			if (call.method === 'PATCH' && world.oldEdits === 'refused' && ageOf(rest[2]) > HOUR_MS) {
				throw new Refusal(400, 30046, 'Maximum number of edits to messages older than 1 hour reached. Try again later');
			}
			const message = world.messages.get(rest[2]);
			const isThere = message && (message.thread ?? CHANNEL) === rest[0] && !(message.flags & EPHEMERAL);
			return change(world, origin, call, isThere ? message : undefined, 'bot token');
		}
		default:
			throw new Refusal(404, 0, `the fake has no route ${what}`);
	}
}

/** Starts a thread: only in channels, and once per message (documentation, Channel, "Start Thread from Message"). */
function openThread(world: World, message: string, { name }: { name: string }): object {
	if (!world.messages.has(message)) throw UNKNOWN_MESSAGE();
	if (world.botLacks & CREATE_PUBLIC_THREADS) throw new Refusal(403, 50013, 'Missing Permissions');
	if (world.channelType !== 0) throw new Refusal(400, 50024, 'Cannot execute action on this channel type');
	if (world.threads.has(message)) throw new Refusal(400, 160004, 'A thread has already been created for this message');
	world.threads.set(message, { name });
	return { id: message, type: 11, name, parent_id: CHANNEL };
}

function refuseBot({ botInChannel, botRefusal }: World): void {
	if (!botInChannel) throw new Refusal(403, 50001, 'Missing Access');
	if (botRefusal) throw new Refusal(403, botRefusal, 'refused by the test');
}

function authorize(world: World, { authorization }: Call): void {
	if (authorization !== `Bot ${world.botToken}`) throw new Refusal(401, 0, '401: Unauthorized');
}

function register(world: World, { body }: Call, application: string): unknown {
	if (application !== APPLICATION) throw new Refusal(403, 20012, 'You are not authorized to perform this action');
	// Observed, but not documented.
	const config = world.application.integration_types_config as object;
	const installs = body.flatMap((command: { integration_types?: number[] }) => command.integration_types ?? []);
	if (!installs.every((install: number) => Object.hasOwn(config, install))) {
		throw new Refusal(400, 50035, 'Invalid Form Body: integration_types: not supported by the application');
	}
	world.commands = body.map((command: { name: string }) => ({ ...command, id: world.newId() }));
	return world.commands;
}

function acknowledge(world: World, origin: string, { body, query }: Call, token: string): unknown {
	const found = world.interactions.find((candidate) => candidate.token === token);
	if (!found || Date.now() - found.createdAt > world.ackMs) throw UNKNOWN_INTERACTION();
	if (found.callback) throw new Refusal(400, 40060, 'Interaction has already been acknowledged.');
	found.callback = body;
	found.ackAfter = Date.now() - found.createdAt;
	const flags = body.data?.flags ?? 0;
	if (body.type === DEFERRED_MESSAGE) found.original = world.newMessage(flags | LOADING);
	if (body.type === MESSAGE) {
		found.original = world.newMessage(flags);
		apply(world, found.original, body.data, [], 'interaction token');
	}
	if (query.get('with_response') !== 'true') return undefined;
	const { id, type, original } = found;
	// Only an immediate answer is returned as a whole message (OpenAPI, "InteractionCallbackResponse").
	const message = body.type === MESSAGE ? original && json(original, origin) : undefined;
	const named = original && !world.callbackNamesNone && { response_message_id: original.id };
	return { interaction: { id, type, ...named }, resource: { type: body.type, message } };
}

function interaction(world: World, token: string): FakeInteraction {
	const found = world.interactions.find((candidate) => candidate.token === token);
	if (!found || world.tokensExpired) throw new Refusal(401, 50027, 'Invalid Webhook Token');
	if (!found.callback) throw new Refusal(404, 10015, 'Unknown Webhook');
	return found;
}

const ownMessage = (from: FakeInteraction, id: string) => from.followUps.find((message) => message.id === id);

/** Posts a follow-up. The first one replaces a message that is still “thinking”, with the same visibility. */
function followUp(world: World, origin: string, { body, files }: Call, from: FakeInteraction): unknown {
	if (from.original && !from.original.deleted && from.original.flags & LOADING) {
		apply(world, from.original, { ...body, flags: from.original.flags }, files, 'interaction token');
		return json(from.original, origin);
	}
	const message = world.newMessage(body.flags ?? 0);
	apply(world, message, body, files, 'interaction token');
	from.followUps.push(message);
	return json(message, origin);
}

function change(
	world: World,
	origin: string,
	call: Call,
	message: FakeMessage | undefined,
	by: Version['by'],
): unknown {
	if (!message || message.deleted) throw UNKNOWN_MESSAGE();
	if (call.method === 'DELETE') {
		message.deleted = true;
		return undefined;
	}
	if (call.method === 'PATCH') apply(world, message, call.body, call.files, by);
	return json(message, origin);
}

function apply(world: World, message: FakeMessage, body: Call['body'], files: readonly Upload[], by: Version['by']) {
	const most = by === 'bot token' ? Math.min(world.maxFileBytes, world.botMaxFileBytes) : world.maxFileBytes;
	if (files.some(({ bytes }) => bytes.length > most)) {
		throw new Refusal(413, 40005, 'Request entity too large');
	}
	if (world.refuseFile && files.some((file) => file.name === world.refuseFile)) {
		throw new Refusal(400, 50035, 'Invalid Form Body: refused by the test');
	}
	message.content = body.content ?? message.content;
	message.components = body.components ?? message.components;
	// Neither flag can be changed later; the first real content ends the “thinking”.
	message.flags = ((body.flags ?? message.flags) & ~(EPHEMERAL | LOADING)) | (message.flags & EPHEMERAL);
	if (body.attachments || files.length) {
		const listed: { id: unknown; description?: string; is_spoiler?: boolean }[] = body.attachments ?? [];
		const kept = message.attachments.filter(({ id }) => listed.some((entry) => String(entry.id) === id));
		const added = files.map((file, i) => {
			const { description, is_spoiler } = listed.find((entry) => String(entry.id) === String(i)) ?? {};
			return { ...file, description, spoiler: is_spoiler === true, ...world.addFile(file) };
		});
		message.attachments = [...kept, ...added];
	}
	const { parse = [], users = [] } = body.allowed_mentions ?? { parse: ['users', 'roles', 'everyone'] };
	const mentioned = [...message.content.matchAll(/<@!?(\d+)>|@everyone/g)].map(([whole, id]) => id ?? whole);
	// An edit notifies nobody, but records what would ping everybody.
	const isNew = message.versions.length === 0;
	message.pinged.push(...mentioned.filter((id) => parse.length > 0 || (isNew && users.includes(id))));
	message.versions.push({ at: performance.now(), content: message.content, files: message.attachments, by });
}
