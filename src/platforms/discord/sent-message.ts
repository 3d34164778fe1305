/** A message of ours, and how to change it for as long as it exists. */
import { type APIMessage, DiscordAPIError, type REST, RESTJSONErrorCodes, Routes, SnowflakeUtil } from 'discord.js';
import { shorten } from '../../../commands/lib/shorten.ts';
import type { Log } from '../../base/log.ts';
import { overNote } from '../../chat/asker.ts';
import type { RequestMessage } from '../../chat/platform.ts';
import { isOpen, type MessageView } from '../../desk/view.ts';
import {
	describeError,
	hasCode,
	isClosedToBot,
	isEditedTooOften,
	isOutOfReach,
	isTokenExpired,
	isTooLarge,
} from './api-errors.ts';
import { Attached } from './attached.ts';
import { present } from './fit.ts';
import { channelIdOf, type DiscordMessageRef, messageAddress } from './message-ref.ts';
import { personOf } from './people.ts';
import { mention, type Payload, sentence } from './render.ts';

/** Discord takes the token of an interaction for 15 minutes. */
export const TOKEN_LIFETIME_MS = 15 * 60_000;

/** A way to the message, and to what stands below it. */
interface Way {
	readonly message: `/${string}`;
	readonly further: `/${string}`;
	/** By the bot's own token. */
	readonly auth: boolean;
}

type Request = (way: Way) => Promise<unknown>;

const HOUR_MS = 60 * 60_000;

const MAX_THREAD_NAME = 100;

/** Every channel takes files of so many bytes, whoever sends them. */
const LEAST_FILE_BYTES = 10 * 2 ** 20;

const RESULT = 'the result will be under /queue action:mine.';

export const CLOSING = `Discord closes this message soon; ${RESULT}`;

/** Of a message that the next start may find closed. */
export const MAY_CLOSE = `Should it not go on here, ${RESULT}`;

export interface SentMessageDeps {
	readonly rest: REST;
	readonly log: Log;
	/**
	 * Before the end of the interaction's token: when edits change to the bot's own, or the message says that it will be closed
	 * where that does not open it.
	 */
	readonly noticeMs: number;
	/** The least time between two edits of a message that is older than an hour. */
	readonly oldEditIntervalMs: number;
}

export class SentMessage implements RequestMessage {
	readonly #deps: SentMessageDeps;
	#ref: DiscordMessageRef;
	#attached = new Attached();
	/** The thread below it; undefined where there can be none. */
	#thread: Promise<string | undefined> | undefined;
	/** The bot's own token does not open it: it is out of reach once that of the interaction ends. */
	#closing = false;
	/** As performance.now(). */
	#shownAt = Number.NEGATIVE_INFINITY;
	#tokenEnded = false;
	#outOfReach = false;

	constructor(deps: SentMessageDeps, ref: DiscordMessageRef) {
		this.#deps = deps;
		this.#ref = ref;
	}

	/** As `edit`; while the request is open, seldom once the message is old. */
	async show(view: MessageView): Promise<void> {
		if (isOpen(view) && this.#isRested()) return;
		await this.#show(view);
	}

	/** Of a message that is too old for another edit. */
	async goOn(view: MessageView, error: unknown): Promise<DiscordMessageRef | undefined> {
		if (!isEditedTooOften(error)) return undefined;
		const { rest, log } = this.#deps;
		const old = this.#ref;
		try {
			const payload = await present(view, LEAST_FILE_BYTES);
			const answer = (await rest.post(Routes.channelMessages(channelIdOf(old)), payload)) as APIMessage;
			const { id } = answer;
			this.#ref = { ...this.#ref, message: id, name: id, tokenEndsAt: 0, botReaches: true };
			this.#tokenEnded = true;
			this.#attached = new Attached();
			this.#attached.keep(payload, answer);
		} catch (refused) {
			if (!isOutOfReach(refused)) throw refused;
			return undefined;
		}
		await rest.delete(Routes.channelMessage(channelIdOf(old), old.message)).catch((refused) => {
			// What stays behind is only untidy.
			log.warn({ error: describeError(refused) }, 'Discord did not take a message away');
		});
		return this.#ref;
	}

	/** In a thread of its own, in channels that have threads. */
	async below(milestone: MessageView, stands: (ref: DiscordMessageRef) => void): Promise<void> {
		this.#thread ??= this.#openThread(milestone.title);
		const thread = await this.#thread;
		if (thread === undefined) return;
		if (thread !== this.#ref.thread) {
			this.#ref = { ...this.#ref, thread };
			stands(this.#ref);
		}
		await this.#deps.rest.post(Routes.channelMessages(thread), await present(milestone, LEAST_FILE_BYTES));
	}

	/** A thread is called as the message that it begins at. */
	async #openThread(title: string): Promise<string | undefined> {
		const { guild, ephemeral, botReaches, message, thread } = this.#ref;
		if (thread !== undefined) return thread;
		if (guild === '@me' || ephemeral || !botReaches) return undefined;
		const name = shorten(title, MAX_THREAD_NAME);
		try {
			await this.#deps.rest.post(Routes.threads(channelIdOf(this.#ref), message), { body: { name } });
		} catch (error) {
			if (hasCode(error, RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage)) return message;
			if (!(error instanceof DiscordAPIError)) throw error;
			this.#deps.log.warn({ error: describeError(error) }, 'Discord opens no thread below a message');
			return undefined;
		}
		return message;
	}

	/** A file may be too large for one token and not for the other. */
	async #show(view: MessageView): Promise<void> {
		const notes = () => (isOpen(view) && this.#closing ? [CLOSING] : []);
		const { maxFileBytes } = this.#ref;
		try {
			const closing = this.#closing;
			await this.edit(await present(view, maxFileBytes, notes()));
			// Found out just now, in time to be said.
			if (this.#closing !== closing) await this.edit(await present(view, maxFileBytes, notes()));
		} catch (error) {
			if (!isTooLarge(error) || maxFileBytes <= LEAST_FILE_BYTES) throw error;
			await this.edit(await present(view, LEAST_FILE_BYTES, notes()));
		}
	}

	/** Of messages older than an hour Discord takes few edits (30046). */
	#isRested(): boolean {
		if (Date.now() - SnowflakeUtil.timestampFrom(this.#ref.message) < HOUR_MS) return false;
		if (performance.now() - this.#shownAt < this.#deps.oldEditIntervalMs) return true;
		this.#shownAt = performance.now();
		return false;
	}

	/** As `edit`. */
	say(text: string, state: 'waiting' | 'failed' = 'failed'): Promise<void> {
		return this.edit(sentence(state === 'waiting' && this.#mayClose() ? `${text} ${MAY_CLOSE}` : text));
	}

	/** Whether nothing may open it any more once the interaction's token ends. Of a thread nobody has said that it is private. */
	#mayClose(): boolean {
		const { botReaches, ephemeral, within } = this.#ref;
		return this.#closing || !botReaches || ephemeral || within !== undefined;
	}

	/** Shortly before the interaction's token ends: from then on the message says whether it can no longer be changed. */
	watch(again: () => void): () => void {
		const { tokenEndsAt, botReaches, ephemeral } = this.#ref;
		const notice = () => {
			// Where the bot's own token should do, this edit finds out whether it does.
			if (!botReaches || ephemeral) this.#closing = true;
			again();
		};
		const timer = setTimeout(notice, Math.max(0, tokenEndsAt - this.#deps.noticeMs - Date.now()));
		return () => clearTimeout(timer);
	}

	/**
	 * Makes the message look like `payload`. Once it is out of reach (deleted, or its token ended and the bot is no
	 * member of its channel) this does nothing but say so in the log, once.
	 *
	 * @throws {DiscordAPIError} for any other refusal
	 */
	edit(payload: Payload): Promise<void> {
		const { body, files } = this.#attached.without(payload);
		return this.#reach(async ({ message, auth }) => {
			const answer = await this.#deps.rest.patch(message, { body, files, auth });
			this.#attached.keep(payload, answer as APIMessage);
		});
	}

	/** Takes the message away; as `edit`. */
	delete(): Promise<void> {
		return this.#reach(({ message, auth }) => this.#deps.rest.delete(message, { auth }));
	}

	/** By a further message that leads to this one; what is private calls nobody. */
	async call(view: MessageView): Promise<void> {
		const person = view.asker && personOf(view.asker.id);
		if (person === undefined || this.#ref.ephemeral) return;
		const { body } = mention(person, `${overNote(view)}: ${messageAddress(this.#ref)}`);
		await this.#reach(({ further, auth }) => this.#deps.rest.post(further, { body, auth }));
	}

	async #reach(request: Request): Promise<void> {
		if (this.#outOfReach) return;
		try {
			if (!(await this.#withInteractionToken(request))) await this.#withBotToken(request);
		} catch (error) {
			if (!isOutOfReach(error)) throw error;
			this.#giveUp(describeError(error));
		}
	}

	/** False when the token has ended. */
	async #withInteractionToken(request: Request): Promise<boolean> {
		const { applicationId, token, name, tokenEndsAt, botReaches, ephemeral } = this.#ref;
		const changes = botReaches && !ephemeral && !this.#closing;
		const trustedUntil = changes ? tokenEndsAt - this.#deps.noticeMs : tokenEndsAt;
		if (this.#tokenEnded || Date.now() >= trustedUntil) return false;
		try {
			await request({
				message: Routes.webhookMessage(applicationId, token, name),
				further: Routes.webhook(applicationId, token),
				auth: false,
			});
			return true;
		} catch (error) {
			if (!isTokenExpired(error)) throw error;
			this.#tokenEnded = true;
			return false;
		}
	}

	async #withBotToken(request: Request): Promise<void> {
		if (this.#ref.ephemeral) return this.#giveUp({ reason: 'a private answer ends with its interaction' });
		try {
			const channel = channelIdOf(this.#ref);
			const message = Routes.channelMessage(channel, this.#ref.message);
			await request({ message, further: Routes.channelMessages(channel), auth: true });
		} catch (error) {
			if (this.#closing || !isClosedToBot(error)) throw error;
			// Discord said otherwise of the channel. What is left is the interaction's token, for as long as it lives.
			this.#closing = true;
			if (!(await this.#withInteractionToken(request))) throw error;
		}
	}

	#giveUp(reason: object): void {
		this.#outOfReach = true;
		const { channel, message } = this.#ref;
		this.#deps.log.warn({ channel, message, error: reason }, 'a Discord message is out of reach');
	}
}

/** Sends a further message in answer to an interaction that is already acknowledged. */
export async function sendFollowUp(
	rest: REST,
	{ applicationId, token }: Pick<DiscordMessageRef, 'applicationId' | 'token'>,
	{ body, files }: Payload,
	extraFlags = 0,
): Promise<APIMessage> {
	const flags = body.flags | extraFlags;
	return (await rest.post(Routes.webhook(applicationId, token), {
		body: { ...body, flags },
		files,
		auth: false,
	})) as APIMessage;
}
