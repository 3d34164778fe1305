/** The console: a chat page on this machine, for people without a chat server and for trying things out. */
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Log } from '../../base/log.ts';
import { portProblem } from '../../base/port-problem.ts';
import { Conversations } from '../../chat/conversations.ts';
import type { Platform } from '../../chat/platform.ts';
import type { Desk } from '../../desk/desk.ts';
import { createApp } from './app.ts';
import { MAX_CONNECTIONS } from './at-once.ts';
import { bundlePage } from './bundle.ts';
import { Front } from './front.ts';
import { SentMessage } from './sent-message.ts';
import { ADDRESS, type ConsoleConfig, NAME, TITLE } from './settings.ts';
import { Timeline } from './timeline.ts';
import { keptToken } from './token.ts';

export interface ConsoleDeps extends ConsoleConfig {
	readonly desk: Desk;
	/** Where the token is stored. */
	readonly dataDir: string;
	readonly log: Log;
}

/** `start` throws a ConfigError if the port cannot be opened. */
export function createConsole({ desk, port, token: given, dataDir, log }: ConsoleDeps): Platform {
	const closing = new AbortController();
	let server: ReturnType<typeof createAdaptorServer> | undefined;
	const timeline = new Timeline();
	const messages = { timeline, blobs: desk.blobs, log };
	const conversations = new Conversations({
		desk,
		log,
		title: TITLE,
		messageAt: (messageRef) => new SentMessage(messages, messageRef),
		// The timeline limits how often it sends changes.
		editIntervalMs: 0,
		describeError: (error) => error as object,
	});
	const front = new Front({ ...messages, desk, conversations });
	return {
		name: NAME,

		async start() {
			const token = given === 'off' ? undefined : (given ?? (await keptToken(dataDir)));
			const deps = { desk, front, timeline, assets: await bundlePage(), token, closing: closing.signal, log };
			let actualPort = port;
			const app = createApp({ ...deps, port: () => actualPort });
			const listening = createAdaptorServer({ fetch: app.fetch });
			server = listening;
			if ('maxConnections' in listening) listening.maxConnections = MAX_CONNECTIONS;
			await new Promise<void>((resolve, reject) => {
				listening.once('error', (error) => reject(portProblem({ variable: 'CONSOLE_PORT', port }, error)));
				listening.listen(port, ADDRESS, resolve);
			});
			actualPort = (listening.address() as AddressInfo).port;
			await front.restore();
			const address = `http://${ADDRESS}:${actualPort}/`;
			if (token !== undefined) return `The console is open at ${address}?token=${token}`;
			return `The console is open at ${address}\n${OPEN_TO_ALL}`;
		},

		follow: (messageRef, open) => conversations.follow(messageRef, open),

		async stop() {
			await conversations.leaveAll();
			closing.abort();
			const listening = server;
			if (!listening?.listening) return;
			await new Promise<void>((resolve) => {
				listening.close(() => resolve());
				// The keep-alive connections of open pages would keep the server from closing.
				if ('closeAllConnections' in listening) listening.closeAllConnections();
			});
		},
	};
}

const OPEN_TO_ALL =
	'Warning: CONSOLE_TOKEN is off, so every account on this machine can use the console with the rights of staff.';
