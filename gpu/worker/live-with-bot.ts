/** How a process that a bot starts ends. */

/** Ends this process with its bot, as it has nothing to save, and with nothing else: Ctrl+C reaches every process of a terminal. */
export function liveWithBot(): void {
	// Gentler ways abort while ONNX Runtime is busy in another thread.
	process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.on('SIGINT', () => {});
}
