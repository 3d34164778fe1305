/**
 * Collects calls that are waiting at the same time and runs them together.
 *
 * Batches come in only a few fixed sizes: every execution provider plans memory, and GPUs choose kernels, per size.
 */
import { channel } from 'node:diagnostics_channel';

/** The size of every batch that has been run in this process, for observers. */
export const BATCHES = channel('flipside:batches');

/** The batch sizes in which `count` calls run, the largest first and without padding: [4, 2, 1] for 7. `sizes` includes 1. */
export function planBatches(count: number, sizes: readonly number[]): number[] {
	const descending = [...sizes].sort((a, b) => b - a);
	const plan: number[] = [];
	let left = count;
	for (const size of descending) {
		for (; left >= size; left -= size) plan.push(size);
	}
	return plan;
}

export interface BatcherOptions<Call, Ready, Result> {
	/** Allowed batch sizes; must include 1. */
	readonly sizes: readonly number[];
	/** Prepares a call for a batch. A failure rejects that call alone. */
	readonly prepare: (call: Call) => Promise<Ready>;
	/** Runs one batch; returns results in the order of the calls. */
	readonly run: (batch: readonly Ready[]) => Promise<readonly Result[]>;
}

interface Pending<Item, Result> {
	readonly item: Item;
	readonly resolve: (result: Result) => void;
	readonly reject: (reason: unknown) => void;
}

/** First come, first served; a batch is formed when the previous one is done. */
export class Batcher<Call, Ready, Result> {
	readonly #options: BatcherOptions<Call, Ready, Result>;
	#waiting: Pending<Call, Result>[] = [];
	#ready: Pending<Ready, Result>[] = [];
	#working = false;

	constructor(options: BatcherOptions<Call, Ready, Result>) {
		if (!options.sizes.includes(1)) throw new RangeError(`Batcher: sizes must include 1, got ${options.sizes}`);
		this.#options = options;
	}

	/** Runs `call` in the next batch with room for it. */
	submit(call: Call): Promise<Result> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ item: call, resolve, reject });
			if (this.#working) return;
			void this.#work();
		});
	}

	/** Never rejects: a failure rejects the calls concerned. */
	async #work(): Promise<void> {
		this.#working = true;
		while (this.#waiting.length + this.#ready.length > 0) {
			// Wait one macrotask: callers that have just got a result make their next call in microtasks.
			await new Promise(setImmediate);
			await this.#prepareAll(this.#waiting.splice(0));
			const [size] = planBatches(this.#ready.length, this.#options.sizes);
			if (size) await this.#runBatch(this.#ready.splice(0, size));
		}
		// In the same tick as the last check of the queues, so that no call can slip in between and be forgotten.
		this.#working = false;
	}

	/** Prepares one call at a time, so that the same calls always form the same batches. */
	async #prepareAll(calls: readonly Pending<Call, Result>[]): Promise<void> {
		for (const call of calls) {
			try {
				this.#ready.push({ ...call, item: await this.#options.prepare(call.item) });
			} catch (error) {
				call.reject(error);
			}
		}
	}

	async #runBatch(batch: readonly Pending<Ready, Result>[]): Promise<void> {
		try {
			const results = await this.#options.run(batch.map(({ item }) => item));
			BATCHES.publish(batch.length);
			for (const [i, { resolve }] of batch.entries()) resolve(results[i]);
		} catch (error) {
			if (batch.length === 1) batch[0].reject(error);
			// One call may be at fault: each runs alone, so that only that one fails.
			else for (const call of batch) await this.#runBatch([call]);
		}
	}
}
