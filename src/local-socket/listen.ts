/** The bot's end of the local socket: requests of the command line are served as those of a chat are. */
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
	readonly runner: Pick<JobRunner, 'models'>;
	/** Absolute; this process has its lock, so a socket that is there already is the leftover of a killed bot. */
	readonly dataDir: string;
	readonly log: Log;
}

/** Command lines at the same time. */
const MAX_CONNECTIONS = 64;

/**
 * What waits to be read, in bytes. Further states are left out, as the next one comes soon; the next question has to wait.
 */
const MAX_QUEUED_BYTES = 2 ** 18;

/** How long `close` waits for answers that are nearly there. */
const GRACE_MS = 1000;

const STOPPED = 'The bot that ran this was stopped before it was done; run it again.';

/** @returns how to stop. A socket that cannot be had is no reason not to start: the log tells of it. */
export async function listen({ desk, runner, dataDir, log }: ListenDeps): Promise<() => Promise<void>> {
	const { path: fixed, pointer } = addressOf(dataDir);
	let isBound = false;
	/** Also where the process ends at once, unless it is killed. */
	const removeTraces = () => {
		if (!isBound) return;
		try {
			if (pointer !== undefined) removePlace(pointer);
			else if (fixed !== undefined) rmSync(fixed, { force: true });
		} catch (error) {
			log.warn({ error }, 'the socket of the command line could not be removed');
		}
	};
	const sockets = new Set<Socket>();
	/** Questions that are not answered yet. */
	const open = new Set<Promise<FromBot>>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', (error) => log.debug({ error }, 'a connection of the command line broke'));
		socket.on('close', () => sockets.delete(socket));
		serve(socket).catch((error: unknown) => {
			log.warn({ error }, 'a request of the command line could not be served');
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
			const answer = asked.type === 'models' ? listModels(runner) : perform(asked, socket, desk);
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
			// The socket is made before `listen` returns, and must never be open to others, not even for a moment.
			const usual = process.umask(0o177);
			try {
				server.listen(path);
			} finally {
				process.umask(usual);
			}
		});
	}
}

/** Resolves once everything was read, or nobody is there to read it. */
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

async function listModels(runner: ListenDeps['runner']): Promise<FromBot> {
	try {
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
	// Before its first job there is nothing to cancel, so every sign of life is answered with another try.
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

const spoken = ({ requestId, state, title, text, progress, eta }: SpokenView): SpokenView => {
	const steps = progress && { done: progress.done, total: progress.total };
	return { requestId, state, title, text, progress: steps, eta };
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
