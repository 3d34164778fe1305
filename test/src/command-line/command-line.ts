/** The command line in the process of the test, beside a bot in the same process, whose worker has the bundled model. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../src/base/config.ts';
import { runCommandLine } from '../../../src/command-line/run.ts';
import { compose } from '../../../src/compose.ts';
import { listen } from '../../../src/local-socket/listen.ts';

/** One for a test file: until it is closed, its folder is the current one. */
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
		/** Runs one command line, as runFlipside does. */
		async flipside(...words: string[]) {
			const printed = { stdout: '', stderr: '' };
			const stream = (name: keyof typeof printed) => ({
				write(text: string) {
					printed[name] += text;
				},
			});
			const status = await runCommandLine(words, { stdout: stream('stdout'), stderr: stream('stderr') });
			return { status, ...printed };
		},
		async close() {
			await stopListening();
			await Promise.all([runner.close(), training.close()]);
			close();
			process.chdir(before);
			await rm(directory, { recursive: true, force: true });
		},
	};
}
