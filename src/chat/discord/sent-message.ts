/** A message of ours, and how to change it for as long as it exists. */
import { type APIMessage, type REST, Routes } from 'discord.js';
import type { Log } from '../../failures.ts';
import { describeError, isOutOfReach, isTokenExpired } from './api-errors.ts';
import type { Payload } from './render.ts';

/**
 * Discord takes the token of an interaction for 15 minutes; a minute before that we change to the bot's own token, so
 * that no edit is on its way when it ends.
 */
export const TOKEN_LIFETIME_MS = 14 * 60_000;

/** Where the message is, in the two ways that Discord has to name it. */
export interface Whereabouts {
	readonly applicationId: string;
	/** Of the interaction that the message answers. */
	readonly interactionToken: string;
	/** In milliseconds since 1970: from then on only the bot's own token opens the message. */
	readonly tokenEndsAt: number;
	/** How the interaction's token names the message. */
	readonly name: '@original' | (string & {});
	readonly channelId: string;
	readonly messageId: string;
	/** Only one person sees it, and the bot's own token does not open it. */
	readonly ephemeral: boolean;
}

/** The request for one route, with the bot's own token or without any. */
type Request = (route: `/${string}`, auth: boolean) => Promise<unknown>;

export class SentMessage {
	readonly where: Whereabouts;
	readonly #rest: REST;
	readonly #log: Log;
	#tokenEnded = false;
	#outOfReach = false;

	constructor(rest: REST, log: Log, where: Whereabouts) {
		this.#rest = rest;
		this.#log = log;
		this.where = where;
	}

	/**
	 * Makes the message look like `payload`. Once it is out of reach (deleted, or its token ended and the bot is no
	 * member of its channel) this does nothing but say so in the log, once.
	 *
	 * @throws {DiscordAPIError} for any other refusal
	 */
	edit({ body, files }: Payload): Promise<void> {
		return this.#reach((route, auth) => this.#rest.patch(route, { body, files, auth }));
	}

	/** Takes the message away; as `edit`. */
	delete(): Promise<void> {
		return this.#reach((route, auth) => this.#rest.delete(route, { auth }));
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
		const { applicationId, interactionToken, name, tokenEndsAt } = this.where;
		if (this.#tokenEnded || Date.now() >= tokenEndsAt) return false;
		try {
			await request(Routes.webhookMessage(applicationId, interactionToken, name), false);
			return true;
		} catch (error) {
			if (!isTokenExpired(error)) throw error;
			this.#tokenEnded = true;
			return false;
		}
	}

	async #withBotToken(request: Request): Promise<void> {
		if (this.where.ephemeral) return this.#giveUp({ reason: 'a private answer ends with its interaction' });
		await request(Routes.channelMessage(this.where.channelId, this.where.messageId), true);
	}

	#giveUp(reason: object): void {
		this.#outOfReach = true;
		const { channelId, messageId } = this.where;
		this.#log.warn({ channel: channelId, message: messageId, error: reason }, 'a Discord message is out of reach');
	}
}

/** Sends a further message in answer to an interaction that is already acknowledged. */
export async function sendFollowUp(
	rest: REST,
	{ applicationId, token }: { applicationId: string; token: string },
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
