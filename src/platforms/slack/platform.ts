/** Slack: Socket Mode, which needs no public address, or HTTP. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../../base/config.ts';
import type { Platform } from '../../chat/platform.ts';
import { describeError } from './api-errors.ts';
import { Session, type SessionDeps } from './session.ts';
import { NAME } from './settings.ts';
import { checkTokens } from './tokens.ts';

export interface SlackDeps extends Omit<SessionDeps, keyof Timing> {
	readonly timing?: Partial<Timing>;
}

interface Timing
	extends Pick<
		SessionDeps,
		'editIntervalMs' | 'edits' | 'callRetryMs' | 'pollMs' | 'readyMs' | 'renewMs' | 'pingMs' | 'stopGraceMs'
	> {
	/** From the end of one try to reach Slack to the start of the next. */
	readonly retryMs: number;
}

const TIMING: Timing = {
	editIntervalMs: 3000,
	edits: { perMinute: 40, burst: 20 },
	callRetryMs: 1000,
	pollMs: 250,
	// Slack looks at a picture within seconds.
	readyMs: 30_000,
	// A renewal is an upload in two calls, a look or more, and a delete, of which a workspace takes 50 a minute for all its
	// messages together (tier 3). Losses change slowly.
	renewMs: 30_000,
	pingMs: 5000,
	stopGraceMs: 2000,
	retryMs: 30_000,
};

/**
 * `start` also resolves when Slack cannot be reached: it is tried again until it can, and the log tells when.
 *
 * @throws {ConfigError} when a token is missing or cannot be one
 */
export function createSlack({ timing, ...deps }: SlackDeps): Platform {
	checkTokens(deps);
	const { log } = deps;
	const { retryMs, ...times } = { ...TIMING, ...timing };
	const stopping = new AbortController();
	const session = new Session({ ...deps, ...times });

	/** Never rejects. */
	async function keepTrying(): Promise<void> {
		for (;;) {
			try {
				await delay(retryMs, undefined, { signal: stopping.signal });
				// A warning, as by default the log shows nothing less, and the sentence of `start` no longer holds.
				return log.warn({}, await session.open());
			} catch (error) {
				if (stopping.signal.aborted) return;
				if (error instanceof ConfigError) return log.error({}, error.message);
				log.debug({ error: describeError(error) }, 'Slack cannot be reached');
			}
		}
	}

	return {
		name: NAME,

		async start() {
			try {
				return await session.open();
			} catch (error) {
				if (error instanceof ConfigError) throw error;
				log.debug({ error: describeError(error) }, 'Slack cannot be reached');
				void keepTrying();
				return `Slack cannot be reached; trying again every ${retryMs / 1000} s.`;
			}
		},

		follow: (messageRef, open) => session.conversations.follow(messageRef, open),

		report: (text, messageRef) => session.report(text, messageRef),

		async stop() {
			stopping.abort();
			await session.close();
		},
	};
}
