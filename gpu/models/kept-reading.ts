/** Hands what was read of a model to check it on to whoever opens the model just after that. */

export interface KeptReading<Result> {
	/** Reads, and keeps the result for `take` unless that of an earlier call is still kept. */
	look(folder: string): Promise<Result>;
	/** The kept result, if it is of this folder and nothing has changed there since; otherwise reads. It is kept no longer. */
	take(folder: string): Promise<Result>;
}

/** @param stateOf changes when what `read` reads does */
export function keptReading<Result>(
	read: (folder: string) => Promise<Result>,
	stateOf: (folder: string) => Promise<string>,
): KeptReading<Result> {
	let kept: { readonly folder: string; readonly state: string; readonly result: Result } | undefined;
	return {
		async look(folder) {
			const state = await stateOf(folder);
			const result = await read(folder);
			kept ??= { folder, state, result };
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
