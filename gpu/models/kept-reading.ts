/** Hands what was read of a model to check it on to whoever opens the model just after that. */

export interface KeptReading<Result> {
	/** Reads, and keeps the result for `take`, for a minute, unless that of another folder is still kept. */
	look(folder: string): Promise<Result>;
	/** The kept result, if it is of this folder and nothing has changed there since; otherwise reads. It is kept no longer. */
	take(folder: string): Promise<Result>;
}

/** How long a reading is kept, in milliseconds: who opens a model does so at once, and a GPU reads it in another way. */
const KEEP_MS = 60_000;

/** @param stateOf changes when what `read` reads does */
export function keptReading<Result>(
	read: (folder: string) => Promise<Result>,
	stateOf: (folder: string) => Promise<string>,
	keepMs = KEEP_MS,
): KeptReading<Result> {
	let expiry: NodeJS.Timeout | undefined;
	let kept: { readonly folder: string; readonly state: string; readonly result: Result } | undefined;
	return {
		async look(folder) {
			const state = await stateOf(folder);
			const result = await read(folder);
			if (kept && kept.folder !== folder) return result;
			kept = { folder, state, result };
			clearTimeout(expiry);
			expiry = setTimeout(() => {
				kept = undefined;
			}, keepMs).unref();
			return result;
		},

		async take(folder) {
			const found = kept;
			if (found?.folder !== folder) return read(folder);
			kept = undefined;
			return found.state === (await stateOf(folder)) ? found.result : read(folder);
		},
	};
}
