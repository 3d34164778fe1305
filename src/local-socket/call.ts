/** The command line's end of the local socket. */
import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawOptions } from '../../commands/lib/options.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { type DeviceReport, type ModelList, RunnerError } from '../../gpu/queue/runner.ts';
import { ConfigError } from '../base/config.ts';
import { VERSION } from '../base/version.ts';
import { loadReply } from '../desk/answers.ts';
import type { Outcome } from '../desk/desk.ts';
import type { MessageView, Show } from '../desk/view.ts';
import { addressToCall } from './address.ts';
import {
	type FromBot,
	type FromCommandLine,
	messages,
	PROTOCOL,
	type SpokenView,
	type StoredOutcome,
	send,
} from './protocol.ts';

/** A bot answers at once even when it is busy, since its networks run in another process. */
const HELLO_MS = 5000;

const GONE = 'The bot exited while working on this; run the command again.';

/** A connection to the bot that uses the data directory. Ask one question at a time. */
export interface Call {
	/** Like `Desk.open`, with the command line's user. */
	open(command: string, options: RawOptions, show: Show): Promise<Outcome>;
	/** @throws {RunnerError} if the bot cannot run jobs */
	models(): Promise<ModelList>;
	/** @throws {RunnerError} if its devices cannot be asked */
	devices(): Promise<readonly DeviceReport[]>;
	/** Cancels whatever is in progress. */
	close(): void;
}

/**
 * @param blobs the blob store of the data directory
 * @returns undefined if no bot is using the directory
 * @throws {ConfigError} if the bot belongs to another user, does not answer, or has another version of the protocol
 */
export async function callBot(dataDir: string, blobs: BlobStore): Promise<Call | undefined> {
	const path = await addressToCall(dataDir);
	const socket = path === undefined ? undefined : await connectTo(path);
	if (!socket) return undefined;
	const heard = messages(socket) as AsyncGenerator<FromBot>;
	try {
		await greet(heard, dataDir);
	} catch (error) {
		socket.destroy();
		throw error;
	}

	async function* ask(question: FromCommandLine): AsyncGenerator<FromBot> {
		send(socket as Socket, question);
		for (;;) {
			const next = await heard.next().catch(() => undefined);
			if (!next || next.done) return;
			yield next.value;
		}
	}

	return {
		async open(command, options, show) {
			let last: SpokenView = { requestId: '', state: 'failed', title: '', text: '' };
			// Drops the options that are undefined.
			const given = JSON.parse(JSON.stringify(options));
			for await (const message of ask({ type: 'request', command, options: given })) {
				if (message.type === 'ended') return restore(message.outcome, blobs);
				if (message.type !== 'view') break;
				last = message.view;
				show(whole(last));
			}
			return { view: whole({ ...last, state: 'failed', text: GONE }), record: undefined, fault: 'internal' };
		},

		async models() {
			for await (const message of ask({ type: 'models' })) {
				if (message.type === 'models') return message.models;
				if (message.type === 'failed') throw new RunnerError(message.text);
			}
			throw new RunnerError(GONE);
		},

		async devices() {
			for await (const message of ask({ type: 'devices' })) {
				if (message.type === 'devices') return message.devices;
				if (message.type === 'failed') throw new RunnerError(message.text);
			}
			throw new RunnerError(GONE);
		},

		close: () => void socket.destroy(),
	};
}

/** @returns undefined if nothing is listening */
async function connectTo(path: string): Promise<Socket | undefined> {
	const isPipe = process.platform === 'win32';
	const owner = isPipe ? undefined : (await stat(path).catch(() => undefined))?.uid;
	if (!isPipe && owner === undefined) return undefined;
	// Anyone could put a socket into a shared temporary folder to read the prompts.
	if (owner !== undefined && owner !== process.getuid?.()) throw notOurs(path);
	const socket = connect(path);
	return new Promise((resolve, reject) => {
		socket.once('connect', () => resolve(socket));
		socket.on('error', (error: NodeJS.ErrnoException) => {
			// A bot that was killed leaves its socket behind, and the next bot removes it.
			if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
			else reject(error.code === 'EACCES' || error.code === 'EPERM' ? notOurs(path) : error);
		});
	});
}

async function greet(heard: AsyncGenerator<FromBot>, dataDir: string): Promise<void> {
	const silence = delay(HELLO_MS, undefined, { ref: false });
	const first = await Promise.race([heard.next().catch(() => undefined), silence]);
	const hello = first?.done === false && first.value.type === 'hello' ? first.value : undefined;
	if (!hello) {
		throw new ConfigError(
			`The bot that uses the data directory ${dataDir} does not answer; stop it, or add --alone to work without it.`,
		);
	}
	if (hello.protocol !== PROTOCOL) {
		throw new ConfigError(
			`The bot that uses the data directory ${dataDir} is version ${hello.version}, which does not work with this version, ${VERSION}; restart the bot, or add --alone to work without it.`,
		);
	}
}

const notOurs = (path: string) =>
	new ConfigError(
		`The bot at ${path} belongs to another user; run this as that user, add --alone, or set DATA_DIR to another folder.`,
	);

const whole = (view: SpokenView): MessageView => ({ ...view, figures: [], buttons: [], personal: false });

async function restore({ view, record, answer, originals, fault }: StoredOutcome, blobs: BlobStore): Promise<Outcome> {
	const { figures, attachments } = await loadReply(blobs, answer);
	const singles = { text: '', figures: originals, attachments: [] };
	return {
		view: { ...whole(view), figures, attachments },
		record,
		originals: async () => (await loadReply(blobs, singles)).figures,
		fault,
	};
}
