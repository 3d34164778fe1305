/**
 * What the command line and the bot say to each other over their local socket: JSON, a message a line. Pictures and files
 * are references into the blob store, which both have before them.
 */
import { on } from 'node:events';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { atTheMachine } from '../../commands/lib/at-the-machine.ts';
import type { Upload } from '../../commands/lib/options.ts';
import { blobRef } from '../../gpu/jobs/index.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import type { Outcome } from '../desk/desk.ts';
import type { MessageView } from '../desk/view.ts';
import type { RequestRecord, StoredAnswer, StoredFigure, User } from '../store/records.ts';

/** Another number, another language: raised with every change of the messages below. */
export const PROTOCOL = 1;

/** Whoever may open the socket, or the data directory, may do everything. */
export const COMMAND_LINE_USER: User = { id: atTheMachine('cli'), name: 'someone at the command line', staff: true };

const pixels = z.int().min(1);

const upload = z.object({
	blob: blobRef,
	name: z.string(),
	note: z.string().optional(),
	sentSize: z.object({ width: pixels, height: pixels }).optional(),
}) satisfies z.ZodType<Upload>;

/** From the command line, each after the answer to the one before. A socket that closes cancels what is under way. */
export const fromCommandLine = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('request'),
		command: z.string(),
		options: z.record(z.string(), z.union([z.string(), z.number(), upload])),
	}),
	z.object({ type: z.literal('models') }),
]);
export type FromCommandLine = z.infer<typeof fromCommandLine>;

/** What a view says on a terminal. */
export type SpokenView = Pick<MessageView, 'requestId' | 'state' | 'title' | 'text' | 'progress' | 'eta'>;

export interface StoredOutcome extends Pick<Outcome, 'fault'> {
	readonly view: SpokenView;
	readonly record: RequestRecord | undefined;
	readonly answer: StoredAnswer;
	readonly originals: readonly StoredFigure[];
}

export type FromBot =
	/** Comes first, of itself. */
	| { readonly type: 'hello'; readonly protocol: number; readonly version: string }
	| { readonly type: 'view'; readonly view: SpokenView }
	/** The end of a request. */
	| { readonly type: 'ended'; readonly outcome: StoredOutcome }
	| { readonly type: 'models'; readonly models: ModelList }
	/** The question could not be answered. One sentence. */
	| { readonly type: 'failed'; readonly text: string };

/** Characters: of a prompt there are some thousand at most; whoever sends more than this is no command line of ours. */
const MAX_LINE = 2 ** 20;

/** Characters that have come while nobody waits for them: each question is answered before the next one comes. */
const MAX_WAITING = 2 ** 20;

export function send(socket: Socket, message: FromBot | FromCommandLine): void {
	if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** The messages that arrive, unchecked, until the socket ends; it is read on while nobody waits, so that its end is noticed. */
export async function* messages(socket: Socket): AsyncGenerator<unknown> {
	let rest = '';
	let waiting = 0;
	socket.setEncoding('utf8').on('data', (chunk: string) => {
		waiting += chunk.length;
		if (waiting > MAX_WAITING) socket.destroy(new Error('too much came over the local socket before it was asked for'));
	});
	for await (const [chunk] of on(socket, 'data', { close: ['end', 'close'] })) {
		waiting -= chunk.length;
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() as string;
		if (rest.length > MAX_LINE) throw new Error('a message over the local socket has no end');
		for (const line of lines) yield JSON.parse(line);
	}
}
