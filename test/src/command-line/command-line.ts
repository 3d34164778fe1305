/** Runs the command line in the test's process, with a bot in the same process whose worker has the bundled models. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { readConfig } from '../../../src/base/config.ts';
import { runCommandLine } from '../../../src/command-line/run.ts';
import { compose } from '../../../src/compose.ts';
import { listen } from '../../../src/local-socket/listen.ts';

/** Starts one for a test file. Its folder is the current directory until it is closed. */
export async function startCommandLine() {
	const directory = await mkdtemp(join(tmpdir(), 'flipside-command-line-'));
	const before = process.cwd();
	process.chdir(directory);
	const silent = { error() {}, warn() {}, info() {}, debug() {} };
	const config = readConfig([], {});
	const { desk, runner, training, close } = await compose(config, { role: 'bot', log: silent });
	const stopListening = await listen({ desk, runner, dataDir: config.dataDir, log: silent });

	return {
		directory,
		/** Runs a command line, like runFlipside. */
		flipside: (...words: string[]) => run(words, []),
		/** The same, with this on stdin. */
		flipsideTaking: (sent: Uint8Array, ...words: string[]) => run(words, [sent]),
		async close() {
			await stopListening();
			await Promise.all([runner.close(), training.close()]);
			close();
			process.chdir(before);
			await rm(directory, { recursive: true, force: true });
		},
	};
}

/** @returns the output, as text and as raw bytes */
async function run(words: readonly string[], sent: readonly Uint8Array[]) {
	const printed = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
	const sink = (name: keyof typeof printed) => ({
		write(piece: string | Uint8Array, written?: () => void) {
			printed[name].push(Buffer.from(piece));
			written?.();
		},
	});
	const stdin = Readable.from(sent);
	const status = await runCommandLine(words, { stdin, stdout: sink('stdout'), stderr: sink('stderr') });
	const bytes = Buffer.concat(printed.stdout);
	return { status, stdout: bytes.toString(), stderr: Buffer.concat(printed.stderr).toString(), bytes };
}
