/** Progress of a long job on files: how much is done, how fast, and how long the rest will take. */
import { describeDuration } from '../../../commands/lib/duration.ts';
import { sizeText } from '../../../commands/lib/size-text.ts';
import type { Meter } from '../../base/meter.ts';
import { Speed } from './speed.ts';

/** Between two states that are shown: an eye follows no more. */
const PAUSE_MS = 100;

export class Tally {
	#done: number;
	#now = '';
	#next = 0;
	readonly #total: number;
	readonly #name: string;
	readonly #meter: Meter;
	readonly #speed = new Speed();

	/** @param done of the total, in bytes */
	constructor(name: string, { done, total }: { readonly done: number; readonly total: number }, meter: Meter) {
		this.#name = name;
		this.#done = done;
		this.#total = total;
		this.#meter = meter;
	}

	/** Names what is worked on. */
	begin(file: string): void {
		this.#now = file;
	}

	/** @param fresh false for bytes that were there: they say nothing about the speed */
	add(bytes: number, fresh: boolean): void {
		this.#done += bytes;
		this.#speed.add(fresh ? Math.max(bytes, 0) : 0);
		const now = performance.now();
		if (now < this.#next) return;
		this.#next = now + PAUSE_MS;
		this.#meter({ text: this.#text(), done: Math.min(Math.max(this.#done, 0), this.#total), total: this.#total });
	}

	end(): void {
		this.#meter();
	}

	#text(): string {
		const speed = this.#speed.get();
		const left = this.#total - this.#done;
		const parts = [
			`${this.#name}: ${sizeText(this.#done)} of ${sizeText(this.#total)}`,
			...(speed === undefined ? [] : [`${sizeText(speed)}/s`]),
			...(speed ? [`${describeDuration(left / speed)} left`] : []),
		];
		return `${parts.join(', ')} (${this.#now})`;
	}
}
