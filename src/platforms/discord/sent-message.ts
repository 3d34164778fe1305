/** A message of ours, and how to change it for as long as it exists. */
import { type APIMessage, type REST, Routes } from 'discord.js';
import type { Log } from '../../base/log.ts';
import type { RequestMessage } from '../../chat/platform.ts';
import { isOpen, type MessageView } from '../../desk/view.ts';
import { describeError, isOutOfReach, isTokenExpired } from './api-errors.ts';
import { present } from './fit.ts';
import { askerOf, channelIdOf, type DiscordMessageRef } from './message-ref.ts';
import { type Payload, sentence } from './render.ts';

/** Discord takes the token of an interaction for 15 minutes. */
export const TOKEN_LIFETIME_MS = 15 * 60_000;

/** So long before the token's end we change to the bot's own, where that will do, so that no edit is on its way then. */
const CHANGE_MS = 60_000;

/** The request for one route, with the bot's own token or without any. */
type Request = (route: `/${string}`, auth: boolean) => Promise<unknown>;

export const CLOSING = 'Discord closes this message in 2 minutes; the result will be under /queue show.';

export interface SentMessageDeps {
	readonly rest: REST;
	readonly log: Log;
	/** Before the end of the interaction's token: when a message says that it will be closed. */
	readonly noticeMs: number;
}

export class SentMessage implements RequestMessage {
	readonly #deps: SentMessageDeps;
	readonly #ref: DiscordMessageRef;
	#closing = false;
	#tokenEnded = false;
	#outOfReach = false;

	constructor(deps: SentMessageDeps, ref: DiscordMessageRef) {
		this.#deps = deps;
		this.#ref = ref;
	}

	/** As `edit`. */
	async show(view: MessageView): Promise<void> {
		const notes = isOpen(view) && this.#closing ? [...askerOf(this.#ref), CLOSING] : askerOf(this.#ref);
		await this.edit(await present(view, this.#ref.maxFileBytes, notes));
	}

	/** As `edit`. */
	say(text: string): Promise<void> {
		return this.edit(sentence(text));
	}

	/** Shortly before the message can no longer be changed, if that is to come, it looks otherwise: it says so. */
	watch(again: () => void): () => void {
		const { tokenEndsAt, botReaches, ephemeral } = this.#ref;
		if (botReaches && !ephemeral) return () => {};
		const notice = () => {
			this.#closing = true;
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
	edit({ body, files }: Payload): Promise<void> {
		return this.#reach((route, auth) => this.#deps.rest.patch(route, { body, files, auth }));
	}

	/** Takes the message away; as `edit`. */
	delete(): Promise<void> {
		return this.#reach((route, auth) => this.#deps.rest.delete(route, { auth }));
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
		const trustedUntil = botReaches && !ephemeral ? tokenEndsAt - CHANGE_MS : tokenEndsAt;
		if (this.#tokenEnded || Date.now() >= trustedUntil) return false;
		try {
			await request(Routes.webhookMessage(applicationId, token, name), false);
			return true;
		} catch (error) {
			if (!isTokenExpired(error)) throw error;
			this.#tokenEnded = true;
			return false;
		}
	}

	async #withBotToken(request: Request): Promise<void> {
		if (this.#ref.ephemeral) return this.#giveUp({ reason: 'a private answer ends with its interaction' });
		await request(Routes.channelMessage(channelIdOf(this.#ref), this.#ref.message), true);
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
