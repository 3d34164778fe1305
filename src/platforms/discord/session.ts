/** One connection to Discord's gateway: its client, and the answers to its interactions. */
import { Client, DiscordjsErrorCodes, Events, type Interaction, MessageFlags, type RESTOptions } from 'discord.js';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { Log } from '../../base/log.ts';
import { atMost } from '../../chat/at-most.ts';
import { STOPPING, sorry } from '../../chat/platform.ts';
import { describeError, isAnswered, isTooLate } from './api-errors.ts';
import type { Front } from './front.ts';
import { plain } from './markdown.ts';
import { TITLE } from './settings.ts';
import { watchThreads } from './threads.ts';
import { foreignApplication, tokenRefused } from './tokens.ts';

export interface SessionDeps {
	readonly front: Front;
	/** See Desk.hint. */
	readonly hint: (sentence: string) => string;
	readonly log: Log;
	readonly token: string;
	/** If given, the token must belong to this application. */
	readonly applicationId?: string;
	/** Other addresses than Discord's own, for tests. */
	readonly rest?: Partial<RESTOptions>;
	/** How long each step of `close` may take, in milliseconds. */
	readonly stopGraceMs: number;
}

/** After a failed login discord.js has destroyed its client, so the next try needs a new session. */
export class Session {
	readonly #deps: SessionDeps;
	readonly #client: Client;
	readonly #handled = new Set<Promise<void>>();
	/** Settles with the login; never rejects. */
	#login: Promise<unknown> = Promise.resolve();
	#stopping = false;

	constructor(deps: SessionDeps) {
		const { log, rest } = deps;
		this.#deps = deps;
		// Interactions need no intents. Mentions in prompts notify nobody.
		const client = new Client({ intents: [], allowedMentions: { parse: [] }, rest });
		this.#client = client;
		watchThreads(client);

		client.on(Events.Error, (error) =>
			log.error({ error: describeError(error) }, 'the Discord client reported an error'),
		);
		client.on(Events.ShardError, (error) => log.warn({ error: describeError(error) }, 'the Discord gateway failed'));
		client.on(Events.ShardDisconnect, ({ code }) => log.error({ code }, 'Discord has closed the gateway for good'));
		client.on(Events.InteractionCreate, (interaction) => {
			const handling = this.#handle(interaction).finally(() => this.#handled.delete(handling));
			this.#handled.add(handling);
		});
	}

	/**
	 * @returns the sentence to print, once commands work
	 * @throws {ConfigError} when Discord refuses the token, or it belongs to another application; another error when
	 *   Discord cannot be reached
	 */
	async open(): Promise<string> {
		const { token, applicationId } = this.#deps;
		const ready = new Promise<void>((resolve) => this.#client.once(Events.ClientReady, () => resolve()));
		const login = this.#client.login(token);
		this.#login = login.catch(() => {});
		try {
			await login;
		} catch (error) {
			throw isRefusedToken(error) ? tokenRefused() : error;
		}
		await ready;
		if (applicationId && applicationId !== this.#client.application?.id) {
			await this.#client.destroy();
			throw foreignApplication(applicationId);
		}
		return `Discord: online as ${this.#client.user?.username}.`;
	}

	/**
	 * Waits a moment for answers that are nearly ready.
	 *
	 * @param leave deals with the remaining requests
	 */
	async close(leave: () => Promise<void>): Promise<void> {
		const { stopGraceMs } = this.#deps;
		this.#stopping = true;
		await atMost(stopGraceMs, Promise.all(this.#handled));
		await atMost(stopGraceMs, leave());
		// If the client were destroyed during a login, it would connect after all.
		await atMost(stopGraceMs, this.#login);
		await this.#client.destroy();
	}

	/** Never rejects: failures are logged, and the person is told if that is still possible. */
	async #handle(interaction: Interaction): Promise<void> {
		const { log, front } = this.#deps;
		try {
			if (interaction.isAutocomplete()) await front.autocomplete(interaction);
			else if (this.#stopping) await whisper(interaction, STOPPING);
			else if (interaction.isChatInputCommand()) await front.command(interaction);
			else if (interaction.isMessageContextMenuCommand()) await front.messageCommand(interaction);
			else if (interaction.isButton()) await front.press(interaction);
			else if (interaction.isModalSubmit()) await front.submit(interaction);
		} catch (error) {
			if (isTooLate(error) || isAnswered(error)) {
				log.warn({ error: describeError(error) }, 'an interaction could not be acknowledged in time');
				return;
			}
			const mistake = error instanceof UserError;
			if (!mistake) log.error({ error: describeError(error) }, 'an interaction failed');
			await whisper(interaction, plain(mistake ? this.#deps.hint(error.message) : sorry(TITLE))).catch((again) =>
				log.warn({ error: describeError(again) }, 'and nobody was told'),
			);
		}
	}
}

/** A bad token is refused by the first request, or by the gateway if it was changed at that moment. */
function isRefusedToken(error: unknown): boolean {
	const { code, message } = error as { code?: unknown; message?: unknown };
	return code === DiscordjsErrorCodes.TokenInvalid || message === 'Authentication failed';
}

async function whisper(interaction: Interaction, content: string): Promise<void> {
	if (!interaction.isRepliable()) return;
	const answer = { content, flags: MessageFlags.Ephemeral } as const;
	if (interaction.deferred || interaction.replied) await interaction.followUp(answer);
	else await interaction.reply(answer);
}
