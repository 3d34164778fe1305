/** Reproducible random numbers: the same FAULTS_SEED draws the same again. */
import { basename } from 'node:path';
import { expect } from 'vitest';
import { MersenneTwister } from '../../gpu/diffusion/mersenne-twister.ts';

/** The seed of this run. Printed at once, to be able to repeat a run that is ended or crashes the machine. */
export const SEED = Number(process.env.FAULTS_SEED || Math.floor(Math.random() * 2 ** 32));
console.log(`${basename(expect.getState().testPath ?? '')}: FAULTS_SEED=${SEED} repeats it`);

/** How long everything should take. */
export const MINUTES = Number(process.env.FAULTS_MINUTES || 25);

/** The end of a suite with this share of the time. */
export const endOf = (share: number) => Date.now() + share * MINUTES * 60_000;

export class Random {
	readonly #twister: MersenneTwister;

	/** @param name the suite's, to make each draw differently */
	constructor(name: string) {
		this.#twister = new MersenneTwister(
			(SEED + [...Buffer.from(name)].reduce((sum, byte) => sum * 31 + byte, 7)) >>> 0,
		);
	}

	/** An integer from 0 to n − 1. */
	below(n: number): number {
		return this.#twister.next() % n;
	}

	chance(p: number): boolean {
		return this.#twister.next() < p * 2 ** 32;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)];
	}

	bytes(length: number): Buffer {
		return Buffer.from(Array.from({ length }, () => this.below(256)));
	}

	/** Damages bytes as disks, networks and people do. */
	damage(sound: Uint8Array): Buffer {
		const bytes = Buffer.from(sound);
		for (let times = 1 + this.below(4); times > 0; times--) {
			const at = this.#place(bytes.length);
			const length = 1 + this.below(Math.min(64, bytes.length));
			const damages: (() => Buffer | undefined)[] = [
				() => void bytes.writeUInt8(bytes[at] ^ (1 << this.below(8)), at),
				() => void bytes.fill(this.pick([0, 255]), at, Math.min(at + length, bytes.length)),
				() => void this.bytes(length).copy(bytes, at),
				() => void bytes.copyWithin(at, this.below(bytes.length), this.below(bytes.length)),
				() => bytes.subarray(0, at),
				() => Buffer.concat([bytes.subarray(0, at), this.bytes(length), bytes.subarray(at)]),
			];
			const shorter = this.pick(damages)();
			if (shorter) return shorter;
		}
		return bytes;
	}

	/** A position, often near the beginning, where formats have their headers. */
	#place(length: number): number {
		return this.below(Math.max(1, this.chance(0.5) ? Math.min(length, 128) : length));
	}
}
