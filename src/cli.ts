/**
 * Entry of the command line.
 *
 *     npm run -s flipside -- <command> [verb] [prompt or image ...] [--option value ...] [--out DIR|FILE|-] [--json] [--alone]
 */
import { runCommandLine } from './command-line/run.ts';

// Whoever reads what this prints may have read enough, as head does.
for (const stream of [process.stdout, process.stderr]) {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
		process.exit(0);
	});
}

process.exit(await runCommandLine(process.argv.slice(2), process));
