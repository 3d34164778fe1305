/** The bot's end of the local socket, which serves the command line's requests. */
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobRunner } from '../../gpu/queue/runner.ts';
import type { Log } from '../base/log.ts';
import { VERSION } from '../base/version.ts';
import { storeReply } from '../desk/answers.ts';
import { buttonId } from '../desk/buttons.ts';
import type { Desk, Outcome } from '../desk/desk.ts';
import { isOpen } from '../desk/view.ts';
import { addressOf, placeSocket, removePlace } from './address.ts';
import {
	COMMAND_LINE_USER,
	type FromBot,
	type FromCommandLine,
	fromCommandLine,
	messages,
	PROTOCOL,
	type SpokenView,
	type StoredOutcome,
	send,
} from './protocol.ts';

export interface ListenDeps {
	readonly desk: Desk;
	readonly runner: Pick<JobRunner, 'models' | 'devices'>;
	/** Absolute. This process holds its lock, so an existing socket was left behind by a bot that was killed. */
	readonly dataDir: string;
	readonly log: Log;
}

const MAX_CONNECTIONS = 64;

/**
 * How many bytes may wait for the other end to read them. Above this, views are skipped, since the next one follows soon, and the
 * next question waits.
 */
const MAX_QUEUED_BYTES = 2 ** 18;

/** How long stopping waits for answers that are almost ready. */
const GRACE_MS = 1000;

const STOPPED = 'The bot was stopped before this was done; run the command again.';

/** Only logs a warning if the socket cannot be opened, since chats do not need it. @returns a function that stops listening */
export async function listen({ desk, runner, dataDir, log }: ListenDeps): Promise<() => Promise<void>> {
	const { path: fixed, pointer } = addressOf(dataDir);
	let isBound = false;
	/** Also runs when the process exits without stopping first. */
	const removeTraces = () => {
		if (!isBound) return;
		try {
			if (pointer !== undefined) removePlace(pointer);
			else if (fixed !== undefined) rmSync(fixed, { force: true });
		} catch (error) {
			log.warn({ error }, "the command line's socket could not be removed");
		}
	};
	const sockets = new Set<Socket>();
	/** Answers in progress. */
	const open = new Set<Promise<FromBot>>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', (error) => log.debug({ error }, 'a connection from the command line broke'));
		socket.on('close', () => sockets.delete(socket));
		serve(socket).catch((error: unknown) => {
			log.warn({ error }, 'a request from the command line could not be served');
			socket.destroy();
		});
	});
	server.maxConnections = MAX_CONNECTIONS;
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		const path = fixed ?? placeAnew(pointer as string);
		await bind(path);
		isBound = true;
		process.once('exit', removeTraces);
	} catch (error) {
		log.warn({ error }, 'the command line cannot hand its requests to this bot: its socket cannot be opened');
	}
	return async () => {
		server.close();
		const grace = delay(GRACE_MS, undefined, { ref: false });
		await Promise.race([Promise.allSettled(open), grace]);
		await Promise.race([
			Promise.all([...sockets].map((socket) => new Promise<void>((sent) => socket.end(() => sent())))),
			grace,
		]);
		for (const socket of sockets) socket.destroy();
		process.off('exit', removeTraces);
		removeTraces();
	};

	async function serve(socket: Socket): Promise<void> {
		send(socket, { type: 'hello', protocol: PROTOCOL, version: VERSION });
		for await (const message of messages(socket)) {
			if (socket.destroyed) return;
			const asked = fromCommandLine.parse(message);
			const answer = asked.type === 'request' ? perform(asked, socket, desk) : list(asked.type, runner);
			open.add(answer);
			try {
				send(socket, await answer);
				if (socket.writableLength > MAX_QUEUED_BYTES) await emptied(socket);
			} finally {
				open.delete(answer);
			}
		}
	}

	function bind(path: string): Promise<void> {
		return new Promise((resolve, reject) => {
			server.on('error', reject);
			server.once('listening', resolve);
			if (process.platform === 'win32') {
				server.listen(path);
				return;
			}
			rmSync(path, { force: true });
			// `listen` creates the socket before it returns, and no other user may open it even for a moment.
			const usual = process.umask(0o177);
			try {
				server.listen(path);
			} finally {
				process.umask(usual);
			}
		});
	}
}

/** Resolves once the other end has read everything, or is gone. */
function emptied(socket: Socket): Promise<void> {
	return new Promise((resolve) => {
		const end = () => {
			socket.off('drain', end).off('close', end);
			resolve();
		};
		socket.on('drain', end).on('close', end);
	});
}

function placeAnew(pointer: string): string {
	removePlace(pointer);
	return placeSocket(pointer);
}

async function list(what: 'models' | 'devices', runner: ListenDeps['runner']): Promise<FromBot> {
	try {
		if (what === 'devices') return { type: 'devices', devices: await runner.devices() };
		return { type: 'models', models: await runner.models() };
	} catch (error) {
		return { type: 'failed', text: (error as Error).message };
	}
}

async function perform(
	{ command, options }: Extract<FromCommandLine, { type: 'request' }>,
	socket: Socket,
	desk: Desk,
): Promise<FromBot> {
	let id: string | undefined;
	// Nothing can be cancelled before the first job starts, so every view after the hang-up tries again.
	const cancel = () => id !== undefined && void desk.press(buttonId('cancel', id), COMMAND_LINE_USER);
	socket.once('close', cancel);
	try {
		const outcome = await desk.open({ command, options, user: COMMAND_LINE_USER }, (view) => {
			id = view.requestId;
			if (socket.destroyed) queueMicrotask(cancel);
			else if (socket.writableLength < MAX_QUEUED_BYTES) send(socket, { type: 'view', view: spoken(view) });
		});
		return { type: 'ended', outcome: await stored(outcome, desk) };
	} finally {
		socket.off('close', cancel);
	}
}

const spoken = ({ requestId, state, title, text, standstill, progress, eta }: SpokenView): SpokenView => {
	const steps = progress && { done: progress.done, total: progress.total };
	return { requestId, state, title, text, standstill, progress: steps, eta };
};

async function stored({ view, record, originals, fault }: Outcome, { blobs }: Desk): Promise<StoredOutcome> {
	if (isOpen(view)) {
		const stopped = { ...spoken(view), state: 'failed', text: STOPPED } as const;
		return {
			view: stopped,
			record,
			answer: { text: STOPPED, figures: [], attachments: [] },
			originals: [],
			fault: 'internal',
		};
	}
	const singles = await storeReply(blobs, { text: '', figures: (await originals?.()) ?? [] });
	const { text, figures, attachments } = view;
	const answer = await storeReply(blobs, { text, figures, attachments });
	return { view: spoken(view), record, answer, originals: singles.figures, fault };
}
