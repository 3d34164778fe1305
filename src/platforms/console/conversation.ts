/** Carries requests and presses to the desk, and what the desk shows into the timeline. */
import { randomUUID } from 'node:crypto';
import type { Attachment, Figure } from '../../../commands/command.ts';
import type { RawOptions, UploadedImage } from '../../../commands/options.ts';
import type { Log } from '../../base/log.ts';
import { etaInWords } from '../../chat/eta.ts';
import type { Desk } from '../../desk/desk.ts';
import type { MessageView, Show } from '../../desk/view.ts';
import type { MessageRef, User } from '../../store/records.ts';
import type { Timeline } from './timeline.ts';
import type { WireAnswer, WireFile, WireInput, WireMessage, WirePicture, WirePressed } from './wire.ts';

/** Whoever sits at the machine that runs the bot. */
const USER: User = { id: 'console:local', name: 'someone at the console', staff: true };

/** There is one conversation; its settings are those of a channel of this name. */
const CHANNEL = 'console:local';

/** Messages from before the last start that the page shows again. */
const REMEMBERED = 50;

export class Conversation {
	readonly #desk: Desk;
	readonly #timeline: Timeline;
	readonly #log: Log;

	constructor(desk: Desk, timeline: Timeline, log: Log) {
		this.#desk = desk;
		this.#timeline = timeline;
		this.#log = log;
	}

	/** Resolves as soon as the request is taken or refused; what becomes of it afterwards is told to the timeline. */
	ask(command: string, options: RawOptions): Promise<WireAnswer> {
		const inputs = Object.values(options)
			.filter((value): value is UploadedImage => typeof value === 'object')
			.map(({ blob, name }) => ({ url: pictureUrl(blob), name }));
		const messageRef = messageRefOf(randomUUID(), inputs);
		return this.#follow(messageRef, async (show) => {
			const { view } = await this.#desk.open({ command, options, user: USER, messageRef }, show);
			return isRefusal(view) ? view.text : undefined;
		});
	}

	/** @param id of the message whose button it is */
	async press(id: string, button: string): Promise<WirePressed> {
		const outcome = await this.#desk.press(button, USER);
		switch (outcome.type) {
			case 'whisper':
				return { whisper: outcome.text };
			case 'form':
				return { form: { command: outcome.command, options: outcome.options } };
			case 'delete':
				this.#timeline.remove(id);
				return {};
			case 'replace': {
				const message = await this.#message(id, this.#timeline.get(id)?.inputs ?? [], outcome.view);
				// The page may name any id, and while the pictures were stored the message may have been deleted.
				if (this.#timeline.get(id)) this.#timeline.put(message);
				return {};
			}
			case 'request': {
				const messageRef = messageRefOf(randomUUID(), this.#timeline.get(id)?.inputs ?? []);
				const answer = await this.#follow(messageRef, async (show) => {
					const view = await outcome.open(show, messageRef);
					return isRefusal(view) ? view.text : undefined;
				});
				return 'error' in answer ? { whisper: answer.error } : {};
			}
		}
	}

	/** Puts the messages from before the last start back where they were. */
	async restore(): Promise<void> {
		for (const { messageRef, view } of await this.#desk.history('console', REMEMBERED)) {
			this.#timeline.put(await this.#message(messageRef.message, inputsOf(messageRef), view));
		}
	}

	/** See Platform.follow. */
	async resume(messageRef: MessageRef, open: (show: Show) => Promise<MessageView>): Promise<void> {
		await this.#follow(messageRef, async (show) => {
			await open(show);
			return undefined;
		});
	}

	/** @param open resolves at the end of the request, with a sentence when it was refused */
	#follow(messageRef: MessageRef, open: (show: Show) => Promise<string | undefined>): Promise<WireAnswer> {
		const id = messageRef.message;
		const inputs = inputsOf(messageRef);
		let latest: MessageView;
		return new Promise((resolve, reject) => {
			const show = async (view: MessageView) => {
				latest = view;
				const message = await this.#message(id, inputs, view).catch((error) => {
					this.#log.error({ request: view.requestId, error }, 'a picture could not be stored');
					return this.#message(id, inputs, withoutFiles(view));
				});
				// While the pictures of an older state were stored, a newer one may have come.
				if (latest !== view) return;
				this.#timeline.put(message);
				resolve({ id });
			};
			const ended = open((view) => {
				if (!isRefusal(view)) void show(view);
			});
			ended.then((refusal) => {
				if (refusal !== undefined) resolve({ error: refusal });
			}, reject);
		});
	}

	async #message(id: string, inputs: readonly WireInput[], view: MessageView): Promise<WireMessage> {
		const { state, title, progress, attachments = [], buttons, spoiler } = view;
		return {
			id,
			state,
			title,
			inputs,
			text: withEta(view),
			progress: progress && {
				done: progress.done,
				total: progress.total,
				preview: progress.preview && `data:image/png;base64,${Buffer.from(progress.preview).toString('base64')}`,
			},
			pictures: await Promise.all(view.figures.map((figure) => this.#picture(figure))),
			files: await Promise.all(attachments.map((attachment) => this.#file(attachment))),
			buttons,
			...(spoiler && { spoiler }),
		};
	}

	async #file({ bytes, filename }: Attachment): Promise<WireFile> {
		return { url: `/files/${await this.#desk.blobs.put(bytes)}/${encodeURIComponent(filename)}`, name: filename };
	}

	/** Pictures are kept on disk: a long conversation must not fill the bot's memory. */
	async #picture({ bytes, type, width, height, alt, filename }: Figure): Promise<WirePicture> {
		return { url: pictureUrl(await this.#desk.blobs.put(bytes), type), width, height, alt, filename };
	}
}

const UNSTORED = 'The pictures could not be stored on disk; the log says why.';

/** What is left of a view that the disk does not take: while its request is open all but the pictures, so that it can be stopped. */
function withoutFiles(view: MessageView): MessageView {
	const bare = { ...view, figures: [], attachments: [] };
	if (view.state === 'waiting' || view.state === 'running') return bare;
	return { ...bare, state: 'failed', buttons: [], text: `${view.text} ${UNSTORED}` };
}

const pictureUrl = (blob: string, type: Figure['type'] = 'image/png') =>
	`/pictures/${blob}.${type.slice('image/'.length)}`;

/** The pictures that came with a request stand in its reference, so that they outlive the bot with it. */
function messageRefOf(message: string, inputs: readonly WireInput[]): MessageRef {
	return { platform: 'console', channel: CHANNEL, message, inputs: JSON.stringify(inputs) };
}

const inputsOf = ({ inputs }: MessageRef): readonly WireInput[] =>
	typeof inputs === 'string' ? JSON.parse(inputs) : [];

/** "Waiting: next in line. Starts in about 20 seconds, done in about 1 minute." */
function withEta({ text, eta }: MessageView): string {
	const words = etaInWords(eta);
	return words ? `${text} ${words[0].toUpperCase()}${words.slice(1)}.` : text;
}

/** The desk's mark of what need not stand in the conversation: it failed, and is for the asker alone. */
const isRefusal = ({ state, personal }: MessageView) => state === 'failed' && personal;
