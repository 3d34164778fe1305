/** Graphs that are loaded when they are first needed. */
import type { LoadedGraph } from './session.ts';

export interface OpenedWhenRun extends LoadedGraph {
	/** Loads it before its first run. A failure is the first run's to report. */
	load(): void;
}

/** A graph that is loaded on its first run. */
export function openedWhenRun(open: () => Promise<LoadedGraph>): OpenedWhenRun {
	let opened: Promise<LoadedGraph> | undefined;
	const load = () => {
		opened ??= open();
		opened.catch(() => {});
		return opened;
	};
	return {
		load,
		async run(feeds) {
			const graph = await load().catch((error) => {
				opened = undefined; // the next run tries again
				throw error;
			});
			return graph.run(feeds);
		},
		async close() {
			const graph = await opened?.catch(() => undefined);
			await graph?.close();
		},
	};
}
