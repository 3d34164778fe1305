/**
 * Gathers calls that wait at the same time and runs them together.
 *
 * Batches come in a few fixed sizes only: every execution provider plans memory, and GPUs choose kernels, per size.
 */

/** The sizes that `count` calls are run in, the largest first and nothing padded: [4, 2, 1] for 7. Sizes include 1. */
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
	/** What a call needs before it can join a batch. One that fails fails alone. */
	readonly prepare: (call: Call) => Promise<Ready>;
	/** Runs one batch; results in the order of the calls. */
	readonly run: (batch: readonly Ready[]) => Promise<readonly Result[]>;
}

interface Pending<Item, Result> {
	readonly item: Item;
	readonly resolve: (result: Result) => void;
	readonly reject: (reason: unknown) => void;
}

/** First come, first served; a batch is formed when the one before it is done. */
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

	/** Never rejects: what fails rejects its own calls. */
	async #work(): Promise<void> {
		this.#working = true;
		while (this.#waiting.length + this.#ready.length > 0) {
			// One macrotask: callers that have just been answered ask their next question in microtasks.
			await new Promise(setImmediate);
			await this.#prepareAll(this.#waiting.splice(0));
			const [size] = planBatches(this.#ready.length, this.#options.sizes);
			if (size) await this.#runBatch(this.#ready.splice(0, size));
		}
		// In the same tick as the last look at the queues, so that no call can slip in between and be forgotten.
		this.#working = false;
	}

	/** One after the other, so that the same calls always join the same batches. */
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
			for (const [i, { resolve }] of batch.entries()) resolve(results[i]);
		} catch (error) {
			if (batch.length === 1) batch[0].reject(error);
			// One of them may be at fault: each runs alone, so that only that one fails.
			else for (const call of batch) await this.#runBatch([call]);
		}
	}
}
