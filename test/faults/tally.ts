/** Counts what a suite did and the faults that it found. */
import { expect } from 'vitest';
import { SEED } from './random.ts';

const KINDS = ['lost', 'doubled', 'hanging', 'crashes', 'stacks'] as const;
export type Kind = (typeof KINDS)[number];

/** How many faults of a kind are printed. */
const TOLD = 5;

export class Tally {
	readonly #title: string;
	readonly #counts = new Map<string, number>();
	readonly #faults = new Map<Kind, string[]>(KINDS.map((kind) => [kind, []]));

	constructor(title: string) {
		this.#title = title;
	}

	/** @param what a noun, such as "kills" */
	count(what: string, times = 1): void {
		this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
	}

	fault(kind: Kind, what: string): void {
		this.#faults.get(kind)?.push(what);
	}

	/** Prints the counts, and fails if there was a fault. */
	close(): void {
		const done = [...this.#counts].map(([what, times]) => `${times} ${what}`).join(', ');
		const faults = [...this.#faults].map(([kind, all]) => `${all.length} ${kind}`).join(', ');
		console.log(`${this.#title}: ${done}: ${faults} (FAULTS_SEED=${SEED})`);
		const told = [...this.#faults].flatMap(([kind, all]) => all.slice(0, TOLD).map((what) => `${kind}: ${what}`));
		expect(told.join('\n')).toBe('');
	}
}

/** Whether a text contains a stack trace, plain or in a line of the log. */
export const hasStack = (text: string) => /(?:^|\n|\\n)\s+at [^\n]*:\d+:\d+/.test(text);
