/** One of our messages, which can be changed for as long as it exists. */
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

/** Discord accepts an interaction's token for 15 minutes. */
export const TOKEN_LIFETIME_MS = 15 * 60_000;

/** A route to the message, and one for further messages below it. */
interface Way {
	readonly message: `/${string}`;
	readonly further: `/${string}`;
	/** Whether it uses the bot's own token. */
	readonly auth: boolean;
}

type Request = (way: Way) => Promise<unknown>;

const HOUR_MS = 60 * 60_000;

const MAX_THREAD_NAME = 100;

/** Every channel accepts files of this size, in bytes, whoever sends them. */
const LEAST_FILE_BYTES = 10 * 2 ** 20;

const RESULT = 'the result will be under /queue action:mine.';

export const CLOSING = `Discord will close this message soon; ${RESULT}`;

/** For a message that may be closed by the next start. */
export const MAY_CLOSE = `If it does not continue here, ${RESULT}`;

export interface SentMessageDeps {
	readonly rest: REST;
	readonly log: Log;
	/**
	 * How long before the interaction's token expires edits switch to the bot's own token, or, if that cannot edit the message,
	 * the message warns that it will close; in milliseconds.
	 */
	readonly noticeMs: number;
	/** The shortest time between two edits of a message that is over an hour old, in milliseconds. */
	readonly oldEditIntervalMs: number;
}

export class SentMessage implements RequestMessage {
	readonly #deps: SentMessageDeps;
	#ref: DiscordMessageRef;
	#attached = new Attached();
	/** The thread below the message; resolves with undefined if there can be none. */
	#thread: Promise<string | undefined> | undefined;
	/** The bot's own token cannot edit the message, so it is out of reach once the interaction's token expires. */
	#closing = false;
	/** When it was last shown, as performance.now(). */
	#shownAt = Number.NEGATIVE_INFINITY;
	#tokenEnded = false;
	#outOfReach = false;

	constructor(deps: SentMessageDeps, ref: DiscordMessageRef) {
		this.#deps = deps;
		this.#ref = ref;
	}

	/** Like `edit`, but shows open requests only rarely once the message is old. */
	async show(view: MessageView): Promise<void> {
		if (isOpen(view) && this.#isRested()) return;
		await this.#show(view);
	}

	/** Continues in a new message if this one is too old for another edit. */
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
			// A leftover message is merely untidy.
			log.warn({ error: describeError(refused) }, 'Discord did not delete a message');
		});
		return this.#ref;
	}

	/** Posts milestones in a thread, in channels that have threads. */
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

	/** A thread has the same id as the message that it starts from. */
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
			this.#deps.log.warn({ error: describeError(error) }, 'Discord did not open a thread below a message');
			return undefined;
		}
		return message;
	}

	/** Falls back to the smaller file limit, since a file may be too large for one token but not for the other. */
	async #show(view: MessageView): Promise<void> {
		const notes = () => (isOpen(view) && this.#closing ? [CLOSING] : []);
		const { maxFileBytes } = this.#ref;
		try {
			const closing = this.#closing;
			await this.edit(await present(view, maxFileBytes, notes()));
			// If this edit revealed that the message will close, there is still time to say so.
			if (this.#closing !== closing) await this.edit(await present(view, maxFileBytes, notes()));
		} catch (error) {
			if (!isTooLarge(error) || maxFileBytes <= LEAST_FILE_BYTES) throw error;
			await this.edit(await present(view, LEAST_FILE_BYTES, notes()));
		}
	}

	/** Whether to skip an edit, because Discord allows few of them on messages over an hour old (error 30046). */
	#isRested(): boolean {
		if (Date.now() - SnowflakeUtil.timestampFrom(this.#ref.message) < HOUR_MS) return false;
		if (performance.now() - this.#shownAt < this.#deps.oldEditIntervalMs) return true;
		this.#shownAt = performance.now();
		return false;
	}

	/** Replaces the message with one sentence; see `edit`. */
	say(text: string, state: 'waiting' | 'failed' = 'failed'): Promise<void> {
		return this.edit(sentence(state === 'waiting' && this.#mayClose() ? `${text} ${MAY_CLOSE}` : text));
	}

	/** Whether the message may be out of reach once the interaction's token expires. A thread might be private, unknown to us. */
	#mayClose(): boolean {
		const { botReaches, ephemeral, within } = this.#ref;
		return this.#closing || !botReaches || ephemeral || within !== undefined;
	}

	/** Calls `again` shortly before the interaction's token expires, so that the message can warn if it will close. */
	watch(again: () => void): () => void {
		const { tokenEndsAt, botReaches, ephemeral } = this.#ref;
		const notice = () => {
			// If the bot's own token should work, this edit finds out whether it does.
			if (!botReaches || ephemeral) this.#closing = true;
			again();
		};
		const timer = setTimeout(notice, Math.max(0, tokenEndsAt - this.#deps.noticeMs - Date.now()));
		return () => clearTimeout(timer);
	}

	/**
	 * Replaces the message with `payload`. Once the message is out of reach (deleted, or its token has expired and the bot is not
	 * a member of its channel), this does nothing except log that once.
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

	/** Deletes the message; see `edit`. */
	delete(): Promise<void> {
		return this.#reach(({ message, auth }) => this.#deps.rest.delete(message, { auth }));
	}

	/** Notifies the asker with a further message that links to this one. Does nothing for a private message. */
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

	/** @returns false if the token has expired */
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
			// Discord had said otherwise about the channel. The interaction's token is all that is left, until it expires.
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
