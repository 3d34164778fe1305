/** How the bot's process ends when it is told to: in order at the first signal, at once at the second. */

/** How long an orderly end may take before the process leaves anyway, on a machine that does much else. */
const PATIENCE_MS = 20_000;

/** What is done before the end. Until there is something, the process ends at once. */
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

/** @param first what an orderly end takes; in place of what was said before */
export function beforeTheEnd(first: () => Promise<void>): void {
	work = first;
}

/** Whether somebody has told the process to end: whatever fails now fails for that. */
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
