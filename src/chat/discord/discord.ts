/** The Discord surface: a client on the gateway, no public address needed, without privileged intents. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../../config.ts';
import type { Surface } from '../surface.ts';
import { describeError } from './api-errors.ts';
import { TOKEN_LIFETIME_MS } from './sent-message.ts';
import { Session, type SessionParts } from './session.ts';
import { checkToken } from './token.ts';

export interface DiscordParts extends Omit<SessionParts, keyof Timing> {
	readonly timing?: Partial<Timing>;
}

interface Timing extends Pick<SessionParts, 'editIntervalMs' | 'tokenLifetimeMs' | 'stopGraceMs'> {
	/** From the end of one try to reach Discord to the start of the next. */
	readonly retryMs: number;
}

const TIMING: Timing = {
	// Discord publishes no number; other bots live well with 3 s.
	editIntervalMs: 2500,
	tokenLifetimeMs: TOKEN_LIFETIME_MS,
	stopGraceMs: 2000,
	retryMs: 30_000,
};

/**
 * Its commands appear in Discord once src/deploy.ts has registered them. `start` also resolves when Discord cannot be
 * reached: it is tried again until it can, and the log tells when.
 *
 * @throws {ConfigError} when the token cannot be one
 */
export function createDiscord({ timing, ...parts }: DiscordParts): Surface {
	checkToken(parts.token);
	const { log } = parts;
	const { retryMs, ...times } = { ...TIMING, ...timing };
	const stopping = new AbortController();
	let session: Session | undefined;

	function open(): Promise<string> {
		session = new Session({ ...parts, ...times });
		return session.open();
	}

	/** Never rejects. */
	async function keepTrying(): Promise<void> {
		for (;;) {
			try {
				await delay(retryMs, undefined, { signal: stopping.signal });
				// A warning, as by default the log shows nothing less, and the sentence of `start` no longer holds.
				return log.warn({}, await open());
			} catch (error) {
				if (stopping.signal.aborted) return;
				if (error instanceof ConfigError) return log.error({}, error.message);
				log.debug({ error: describeError(error) }, 'Discord cannot be reached');
			}
		}
	}

	return {
		name: 'discord',

		async start() {
			try {
				return await open();
			} catch (error) {
				if (error instanceof ConfigError) throw error;
				void keepTrying();
				return `Discord cannot be reached (${reason(error)}); trying again every ${retryMs / 1000} s.`;
			}
		},

		async stop() {
			stopping.abort();
			await session?.close();
		},
	};
}

/** When every address of a host fails, the error has a code, and no message. */
function reason(error: unknown): string {
	const { message, code } = error as { message?: string; code?: string };
	return message || code || 'for an unknown reason';
}
