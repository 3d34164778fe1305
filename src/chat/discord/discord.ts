/** The Discord surface: a client on the gateway, no public address needed, without privileged intents. */
import { Client, DiscordjsErrorCodes, Events, type Interaction, MessageFlags, type RESTOptions } from 'discord.js';
import { UserError } from '../../../gpu/jobs.ts';
import type { Desk } from '../../desk.ts';
import type { Log } from '../../failures.ts';
import type { Surface } from '../surface.ts';
import { describeError, isTooLate } from './api-errors.ts';
import { Front, SORRY } from './front.ts';
import { TOKEN_LIFETIME_MS } from './sent-message.ts';
import { checkToken, foreignApplication, tokenRefused } from './token.ts';

export interface DiscordParts {
	readonly desk: Desk;
	readonly log: Log;
	readonly token: string;
	/** When given, it must be the application of the token. */
	readonly applicationId?: string;
	/** Other addresses than Discord's own, for tests. */
	readonly rest?: Partial<RESTOptions>;
	readonly timing?: Partial<Timing>;
}

interface Timing {
	/** The least time between two edits of one message. Discord publishes no number; other bots live well with 3 s. */
	readonly editIntervalMs: number;
	/** How long the token of an interaction is used. */
	readonly tokenLifetimeMs: number;
	/** How long `stop` waits for answers that are nearly there. */
	readonly stopGraceMs: number;
}

const TIMING: Timing = { editIntervalMs: 2500, tokenLifetimeMs: TOKEN_LIFETIME_MS, stopGraceMs: 2000 };

const STOPPING = 'The bot is being stopped; try again in a minute.';

/** Its commands appear in Discord once src/deploy.ts has registered them. */
export function createDiscord({ desk, log, token, applicationId, rest, timing }: DiscordParts): Surface {
	const times = { ...TIMING, ...timing };
	// No intents: interactions come without any. Mentions in prompts ping nobody.
	const client = new Client({ intents: [], allowedMentions: { parse: [] }, rest });
	const { cdn, mediaProxy } = client.rest.options;
	const fileOrigins = new Set([new URL(cdn).origin, new URL(mediaProxy).origin]);
	const front = new Front({ desk, log, rest: client.rest, fileOrigins, ...times });
	const handled = new Set<Promise<void>>();
	let stopping = false;

	client.on(Events.Error, (error) => log.error({ error: describeError(error) }, 'the Discord client reports an error'));
	client.on(Events.ShardError, (error) => log.warn({ error: describeError(error) }, 'the Discord gateway failed'));
	client.on(Events.ShardDisconnect, ({ code }) => log.error({ code }, 'Discord has closed the gateway for good'));
	client.on(Events.InteractionCreate, (interaction) => {
		const handling = handle(interaction).finally(() => handled.delete(handling));
		handled.add(handling);
	});

	/** Never rejects: what goes wrong is logged, and the person told where that is still possible. */
	async function handle(interaction: Interaction): Promise<void> {
		try {
			if (interaction.isAutocomplete()) await front.autocomplete(interaction);
			else if (stopping) await whisper(interaction, STOPPING);
			else if (interaction.isChatInputCommand()) await front.command(interaction);
			else if (interaction.isButton()) await front.press(interaction);
		} catch (error) {
			if (isTooLate(error)) {
				log.warn({ error: describeError(error) }, 'an interaction could not be acknowledged in time');
				return;
			}
			const mistake = error instanceof UserError;
			if (!mistake) log.error({ error: describeError(error) }, 'an interaction failed');
			await whisper(interaction, mistake ? error.message : SORRY).catch((again) =>
				log.warn({ error: describeError(again) }, 'and nobody was told'),
			);
		}
	}

	return {
		name: 'discord',

		async start() {
			checkToken(token);
			const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
			try {
				await client.login(token);
			} catch (error) {
				if (isRefusedToken(error)) throw tokenRefused();
				throw new Error(`Discord cannot be reached: ${(error as Error).message}`);
			}
			await ready;
			if (applicationId && applicationId !== client.application?.id) {
				await client.destroy();
				throw foreignApplication(applicationId);
			}
			return `Discord: online as ${client.user?.username}.`;
		},

		async stop() {
			stopping = true;
			await atMost(times.stopGraceMs, Promise.all(handled));
			await atMost(times.stopGraceMs, front.abandonAll());
			await client.destroy();
		},
	};
}

/** A bad token is refused at the first request, or, when it was changed just then, by the gateway. */
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

async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	await Promise.race([promise, limit]);
	clearTimeout(timer);
}
