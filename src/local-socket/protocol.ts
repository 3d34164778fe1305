/**
 * The messages between the command line and the bot over the local socket, one line of JSON each. Pictures and files are
 * references into the blob store, which both can read.
 */
import { on } from 'node:events';
import type { Socket } from 'node:net';
import * as z from 'zod';
import { atTheMachine } from '../../commands/lib/at-the-machine.ts';
import type { Upload } from '../../commands/lib/options.ts';
import { blobRef } from '../../gpu/jobs/index.ts';
import type { DeviceReport, ModelList } from '../../gpu/queue/runner.ts';
import type { Outcome } from '../desk/desk.ts';
import type { MessageView } from '../desk/view.ts';
import type { RequestRecord, StoredAnswer, StoredFigure, User } from '../store/records.ts';

/** Must be raised with every change to the messages below. */
export const PROTOCOL = 3;

/** Staff, since anyone who can open the socket or the data directory can do everything anyway. */
export const COMMAND_LINE_USER: User = { id: atTheMachine('cli'), name: 'someone at the command line', staff: true };

const pixels = z.int().min(1);

const upload = z.object({
	blob: blobRef,
	name: z.string(),
	note: z.string().optional(),
	sentSize: z.object({ width: pixels, height: pixels }).optional(),
}) satisfies z.ZodType<Upload>;

/** What the command line sends, each after the answer to the last. Closing the socket cancels whatever is in progress. */
export const fromCommandLine = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('request'),
		command: z.string(),
		options: z.record(z.string(), z.union([z.string(), z.number(), upload])),
	}),
	z.object({ type: z.literal(['models', 'devices']) }),
]);
export type FromCommandLine = z.infer<typeof fromCommandLine>;

/** The parts of a view that a terminal shows. */
export type SpokenView = Pick<
	MessageView,
	'requestId' | 'state' | 'title' | 'text' | 'standstill' | 'progress' | 'eta'
>;

export interface StoredOutcome extends Pick<Outcome, 'fault'> {
	readonly view: SpokenView;
	readonly record: RequestRecord | undefined;
	readonly answer: StoredAnswer;
	readonly originals: readonly StoredFigure[];
}

export type FromBot =
	/** Sent first, unasked. */
	| { readonly type: 'hello'; readonly protocol: number; readonly version: string }
	| { readonly type: 'view'; readonly view: SpokenView }
	/** A request has ended. */
	| { readonly type: 'ended'; readonly outcome: StoredOutcome }
	| { readonly type: 'models'; readonly models: ModelList }
	| { readonly type: 'devices'; readonly devices: readonly DeviceReport[] }
	/** The question could not be answered, for the reason in `text`, one sentence. */
	| { readonly type: 'failed'; readonly text: string };

/** In characters. A prompt has a few thousand at most, so nothing that Flipside sends is longer than this. */
const MAX_LINE = 2 ** 20;

/** In characters. Hardly anything should arrive unread, since each question waits for the answer to the last. */
const MAX_WAITING = 2 ** 20;

export function send(socket: Socket, message: FromBot | FromCommandLine): void {
	if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/**
 * The messages that arrive, unchecked, until the socket ends. Keeps reading even while no one takes a message, so that it notices
 * the end.
 */
export async function* messages(socket: Socket): AsyncGenerator<unknown> {
	let rest = '';
	let waiting = 0;
	socket.setEncoding('utf8').on('data', (chunk: string) => {
		waiting += chunk.length;
		if (waiting > MAX_WAITING) socket.destroy(new Error('too much arrived over the local socket unread'));
	});
	for await (const [chunk] of on(socket, 'data', { close: ['end', 'close'] })) {
		waiting -= chunk.length;
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() as string;
		if (rest.length > MAX_LINE) throw new Error('a message over the local socket is too long');
		for (const line of lines) yield JSON.parse(line);
	}
}
