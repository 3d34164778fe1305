/** Tries things in a process that may die from them, and restarts it when it does. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';

/** How a try ended: well, with a sentence for people, with an unexpected error, with the process, or not at all. */
export type Probed =
	| { readonly how: 'well'; readonly notes: readonly string[] }
	| { readonly how: 'sentence'; readonly text: string }
	| { readonly how: 'stack' | 'crash'; readonly text: string }
	| { readonly how: 'hanging' };

/** The time limit for a try on a busy machine. */
const LIMIT_MS = 120_000;

export class Prober {
	readonly #entry: string;
	#child: ChildProcess | undefined;
	#printed = '';

	/** @param entry a file beside this one, which calls `answerProbes` */
	constructor(entry: string) {
		this.#entry = fileURLToPath(new URL(entry, import.meta.url));
	}

	probe(what: unknown): Promise<Probed> {
		this.#child ??= this.#start();
		const child = this.#child;
		return new Promise((resolve) => {
			const end = (probed: Probed) => {
				clearTimeout(limit);
				child.off('message', end).off('close', died);
				resolve(probed);
			};
			const died = (code: number | null, signal: string | null) => {
				this.#child = undefined;
				end({ how: 'crash', text: `${signal ?? code}: ${this.#printed}` });
			};
			const limit = setTimeout(() => {
				this.#child = undefined;
				end({ how: 'hanging' });
				child.kill('SIGKILL');
			}, LIMIT_MS);
			child.on('message', end).on('close', died);
			child.send({ what });
		});
	}

	close(): void {
		this.#child?.kill('SIGKILL');
	}

	#start(): ChildProcess {
		this.#printed = '';
		const child = fork(LAUNCHER, [this.#entry], { execArgv: [], silent: true });
		child.stderr?.on('data', (chunk) => {
			this.#printed = (this.#printed + chunk).slice(-4000);
		});
		return child;
	}
}
