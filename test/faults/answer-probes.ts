/** Answers a Prober from within its process. */
import { UserError } from '../../gpu/errors.ts';
import { ModelError } from '../../gpu/jobs/index.ts';
import { ConfigError } from '../../src/base/config.ts';
import type { Probed } from './prober.ts';

/** Errors with a message for people. */
const MEANT = [UserError, ModelError, ConfigError];

/** @param attempt returns the messages that people got */
export function answerProbes<T>(attempt: (what: T) => Promise<readonly string[]>): void {
	process.on('message', async ({ what }: { what: T }) => {
		process.send?.(await tried(what));
	});
	process.on('disconnect', () => process.exit());

	async function tried(what: T): Promise<Probed> {
		try {
			return { how: 'well', notes: await attempt(what) };
		} catch (error) {
			const { message, stack = message } = error as Error;
			if (MEANT.some((kind) => error instanceof kind)) return { how: 'sentence', text: message };
			return { how: 'stack', text: stack };
		}
	}
}
