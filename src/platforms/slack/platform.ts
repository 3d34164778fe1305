/** Slack, over Socket Mode, which needs no public address, or over HTTP. */
import { PatientStart } from '../../chat/patient-start.ts';
import type { Platform } from '../../chat/platform.ts';
import { describeError } from './api-errors.ts';
import { Session, type SessionDeps } from './session.ts';
import { NAME, TITLE } from './settings.ts';
import { checkTokens } from './tokens.ts';
import { mentioningLine, typedLine } from './typed-line.ts';

export interface SlackDeps extends Omit<SessionDeps, keyof Timing> {
	readonly timing?: Partial<Timing>;
}

interface Timing
	extends Pick<
		SessionDeps,
		| 'editIntervalMs'
		| 'edits'
		| 'callRetryMs'
		| 'lastEditWaitsMs'
		| 'pollMs'
		| 'readyMs'
		| 'renewMs'
		| 'pingMs'
		| 'stopGraceMs'
	> {
	/** The wait between two tries to reach Slack, in milliseconds. */
	readonly retryMs: number;
}

const TIMING: Timing = {
	editIntervalMs: 3000,
	edits: { perMinute: 40, burst: 20 },
	callRetryMs: 1000,
	// The client is patient with everything that is not an answer.
	lastEditWaitsMs: [1000, 5000, 30_000, 60_000, 5 * 60_000],
	pollMs: 250,
	// Slack checks a picture within seconds.
	readyMs: 30_000,
	// A renewal is an upload in two calls, one or more lookups, and a delete, of which a workspace may make 50 a minute for all
	// its messages together (tier 3). Losses change slowly.
	renewMs: 30_000,
	pingMs: 5000,
	stopGraceMs: 2000,
	retryMs: 30_000,
};

/** @throws {ConfigError} when a token is missing or malformed */
export function createSlack({ timing, ...deps }: SlackDeps): Platform {
	checkTokens(deps);
	deps.desk.writeFor(NAME, ({ thread }) => (thread === undefined ? typedLine(deps.commandPrefix) : mentioningLine));
	const { retryMs, ...times } = { ...TIMING, ...timing };
	const session = new Session({ ...deps, ...times });
	const starting = new PatientStart({
		title: TITLE,
		open: () => session.open(),
		retryMs,
		log: deps.log,
		describeError,
	});
	return {
		name: NAME,

		start: () => starting.start(),

		follow: (messageRef, open) => session.answers.follow(messageRef, open),

		report: (text, messageRef) => session.report(text, messageRef),

		async stop() {
			starting.stop();
			await session.close();
		},
	};
}
