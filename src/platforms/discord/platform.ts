/** Discord: a client on the gateway, no public address needed, without privileged intents. */
import { REST, type RESTOptions } from 'discord.js';
import { reason } from '../../base/explain.ts';
import type { Log } from '../../base/log.ts';
import { PatientStart } from '../../chat/patient-start.ts';
import type { Platform } from '../../chat/platform.ts';
import type { Desk } from '../../desk/desk.ts';
import type { MessageRef } from '../../store/records.ts';
import { describeError } from './api-errors.ts';
import { Followed, type FollowTiming } from './followed.ts';
import { Front } from './front.ts';
import { readMessageRef } from './message-ref.ts';
import { sendReport } from './report.ts';
import { TOKEN_LIFETIME_MS } from './sent-message.ts';
import { Session } from './session.ts';
import { NAME, TITLE } from './settings.ts';
import { checkToken } from './tokens.ts';

export interface DiscordDeps {
	readonly desk: Desk;
	readonly log: Log;
	readonly token: string;
	/** When given, it must be the application of the token. */
	readonly applicationId?: string;
	/** Ids of roles whose members are staff, besides those who may manage the server. */
	readonly staffRoles?: readonly string[];
	/** The id of the channel that reports go to; absent: they are only stored. */
	readonly reportChannel?: string;
	/** Other addresses than Discord's own, for tests. */
	readonly rest?: Partial<RESTOptions>;
	readonly timing?: Partial<Timing>;
}

interface Timing extends FollowTiming {
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
export function createDiscord(deps: DiscordDeps): Platform {
	const { desk, log, token, applicationId, reportChannel } = deps;
	checkToken(token);
	const { retryMs, stopGraceMs, ...times } = { ...TIMING, ...deps.timing };
	// Of its own, and not that of a client: messages are followed whether or not the gateway is there.
	const rest = new REST(deps.rest).setToken(token);
	const followed = new Followed({ rest, log, ...times });
	const fileOrigins = new Set([rest.options.cdn, rest.options.mediaProxy].map((address) => new URL(address).origin));
	const staffRoles = new Set(deps.staffRoles);
	const front = new Front({
		desk,
		rest,
		followed,
		log,
		fileOrigins,
		staffRoles,
		tokenLifetimeMs: times.tokenLifetimeMs,
	});
	let session: Session | undefined;

	function open(): Promise<string> {
		session = new Session({ front, log, token, applicationId, rest: deps.rest, stopGraceMs });
		return session.open();
	}

	const starting = new PatientStart({ title: TITLE, open, retryMs, log, describeError, reason });

	return {
		name: NAME,

		start: () => starting.start(),

		/** Nobody is there to be refused in private any more: what concerns one person alone stays in the message. */
		async follow(stored, request) {
			const messageRef = readMessageRef(stored);
			await followed.follow(messageRef, request, (payload) => followed.message(messageRef).edit(payload));
		},

		...(reportChannel && {
			report: (text: string, messageRef: MessageRef) =>
				sendReport(rest, reportChannel, text, readMessageRef(messageRef)),
		}),

		async stop() {
			starting.stop();
			await session?.close(() => followed.leaveAll());
		},
	};
}
