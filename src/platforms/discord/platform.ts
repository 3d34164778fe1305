/** Discord: a client on the gateway, no public address needed, without privileged intents. */
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
	/** The least time between two edits of one message. */
	readonly editIntervalMs: number;
	/** Before the end of the interaction's token: when edits change to the bot's own, or say that the message will be closed. */
	readonly noticeMs: number;
	/** The least time between two edits of a message that is older than an hour. */
	readonly oldEditIntervalMs: number;
	/** The waits before the tries to bring the last state in again, while Discord is in trouble. */
	readonly lastEditWaitsMs: readonly number[];
	/** How long the token of an interaction is trusted. */
	readonly tokenLifetimeMs: number;
	/** How long the end waits, for each of its steps. */
	readonly stopGraceMs: number;
	/** From the end of one try to reach Discord to the start of the next. */
	readonly retryMs: number;
}

const TIMING: Timing = {
	// Discord publishes no number; other bots live well with 3 s.
	editIntervalMs: 2500,
	noticeMs: 2 * 60_000,
	// Discord takes few; how many it does not say.
	oldEditIntervalMs: 60_000,
	// Half an hour in all: longer troubles of Discord are rare.
	lastEditWaitsMs: [1000, 5000, 30_000, 60_000, 5 * 60_000, 10 * 60_000, 15 * 60_000],
	tokenLifetimeMs: TOKEN_LIFETIME_MS,
	stopGraceMs: 2000,
	retryMs: 30_000,
};

/**
 * Its commands appear in Discord once deploy.ts has registered them.
 *
 * @throws {ConfigError} when the token cannot be one
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
	// Of its own, and not that of a client: messages are followed whether or not the gateway is there.
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
