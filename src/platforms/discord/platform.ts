/** Discord: a gateway client, which needs no public address and no privileged intents. */
import { REST, type RESTOptions } from 'discord.js';
import { reason } from '../../base/explain.ts';
import type { Log } from '../../base/log.ts';
import { Conversations } from '../../chat/conversations.ts';
import { PatientStart } from '../../chat/patient-start.ts';
import type { Platform } from '../../chat/platform.ts';
import type { Desk } from '../../desk/desk.ts';
import type { MessageRef } from '../../store/records.ts';
import { describeError, isPassing } from './api-errors.ts';
import { Front } from './front.ts';
import { readMessageRef } from './message-ref.ts';
import { sendReport } from './report.ts';
import { SentMessage, TOKEN_LIFETIME_MS } from './sent-message.ts';
import { Session } from './session.ts';
import { type DiscordConfig, NAME, TITLE } from './settings.ts';
import { checkToken } from './tokens.ts';
import { typedLine } from './typed-line.ts';

export interface DiscordDeps extends Pick<DiscordConfig, 'token'>, Partial<Omit<DiscordConfig, 'token'>> {
	readonly desk: Desk;
	readonly log: Log;
	/** Other addresses than Discord's own, for tests. */
	readonly rest?: Partial<RESTOptions>;
	readonly timing?: Partial<Timing>;
}

interface Timing {
	/** The shortest time between two edits of one message. */
	readonly editIntervalMs: number;
	/** How long before the interaction's token expires edits switch to the bot's own, or warn that the message will close. */
	readonly noticeMs: number;
	/** The shortest time between two edits of a message that is over an hour old. */
	readonly oldEditIntervalMs: number;
	/** The waits between tries to show the last state while Discord is in trouble. */
	readonly lastEditWaitsMs: readonly number[];
	/** How long an interaction's token is trusted. */
	readonly tokenLifetimeMs: number;
	/** How long each step of the shutdown may take. */
	readonly stopGraceMs: number;
	/** The wait between two tries to reach Discord. */
	readonly retryMs: number;
}

const TIMING: Timing = {
	// Discord publishes no number; other bots do well with 3 s.
	editIntervalMs: 2500,
	noticeMs: 2 * 60_000,
	// Discord allows few; it does not say how many.
	oldEditIntervalMs: 60_000,
	// Half an hour in all; longer outages of Discord are rare.
	lastEditWaitsMs: [1000, 5000, 30_000, 60_000, 5 * 60_000, 10 * 60_000, 15 * 60_000],
	tokenLifetimeMs: TOKEN_LIFETIME_MS,
	stopGraceMs: 2000,
	retryMs: 30_000,
};

/**
 * The bot's commands appear in Discord once deploy.ts has registered them.
 *
 * @throws {ConfigError} when the token is malformed
 */
export function createDiscord({
	desk,
	log,
	token,
	applicationId,
	staffRoles,
	reportChannel,
	...deps
}: DiscordDeps): Platform {
	checkToken(token);
	desk.writeFor(NAME, () => typedLine);
	const {
		editIntervalMs,
		noticeMs,
		oldEditIntervalMs,
		lastEditWaitsMs: waitsMs,
		tokenLifetimeMs,
		stopGraceMs,
		retryMs,
	} = {
		...TIMING,
		...deps.timing,
	};
	// Separate from the gateway client's, because messages are followed whether or not the gateway is connected.
	const rest = new REST(deps.rest).setToken(token);
	const messages = { rest, log, noticeMs, oldEditIntervalMs };
	const conversations = new Conversations({
		desk,
		log,
		title: TITLE,
		messageAt: (messageRef) => new SentMessage(messages, readMessageRef(messageRef)),
		editIntervalMs,
		describeError,
		patience: { isPassing, waitsMs },
	});
	const front = new Front({
		...messages,
		desk,
		conversations,
		fileOrigins: new Set(
			[rest.options.cdn, rest.options.mediaProxy, rest.options.api].map((address) => new URL(address).origin),
		),
		staffRoles: new Set(staffRoles),
		tokenLifetimeMs,
	});
	let session: Session | undefined;
	const starting = new PatientStart({
		title: TITLE,
		open() {
			const hint = (sentence: string) => desk.hint({ platform: NAME }, sentence);
			session = new Session({ front, hint, log, token, applicationId, rest: deps.rest, stopGraceMs });
			return session.open();
		},
		retryMs,
		log,
		describeError,
		reason,
	});
	return {
		name: NAME,

		start: () => starting.start(),

		follow: (messageRef, open) => conversations.follow(messageRef, open),

		...(reportChannel && {
			report: (text: string, messageRef: MessageRef) =>
				sendReport(rest, reportChannel, text, readMessageRef(messageRef)),
		}),

		async stop() {
			starting.stop();
			await session?.close(() => conversations.leaveAll());
		},
	};
}
