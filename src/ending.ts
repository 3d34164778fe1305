/** Ends the bot's process when it is told to: in an orderly way at the first signal, immediately at the second. */

/** How long an orderly shutdown may take on a busy machine before the process exits anyway. */
const PATIENCE_MS = 20_000;

/** The work of an orderly shutdown. Until it is set, the process exits immediately. */
let work = async () => {};
let ending = false;

const onSignal = () => void end();

/** From now on SIGTERM and Ctrl+C end the process, with status 0. May be called again. */
export function endOnSignals(): void {
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.off(signal, onSignal);
		process.on(signal, onSignal);
	}
}

/** @param first the work of an orderly shutdown, replacing any set before */
export function beforeTheEnd(first: () => Promise<void>): void {
	work = first;
}

/** Whether the process has been told to end. Failures from then on are a consequence of that. */
export const isEnding = () => ending;

async function end(): Promise<void> {
	if (ending) process.exit(0);
	ending = true;
	setTimeout(() => {
		console.error(`The bot did not shut down cleanly within ${PATIENCE_MS / 1000} seconds, so it is stopped now.`);
		process.exit(1);
	}, PATIENCE_MS).unref();
	await work();
	process.exit(0);
}
