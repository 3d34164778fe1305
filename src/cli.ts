/**
 * Entry of the command line.
 *
 *     npm run -s flipside -- <command> [verb] [prompt or image ...] [--option value ...] [--out DIR|FILE|-] [--json] [--alone]
 */
import { runCommandLine } from './command-line/run.ts';

// Whoever reads what this prints may have read enough, as head does.
for (const stream of [process.stdout, process.stderr]) {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		const isClosed = error.code === 'EPIPE';
		// The work goes on without what is said about it.
		if (isClosed && stream === process.stderr) return;
		if (isClosed) process.exit(0);
		// This cannot be said there; where stderr itself is what fails, the status alone says it.
		const notSaid = `What this prints cannot be written (${error.message}); make room there, or send it elsewhere.\n`;
		if (stream === process.stdout) process.stderr.write(notSaid);
		process.exit(1);
	});
}

const status = await runCommandLine(process.argv.slice(2), process);
// A pipe takes only what fits into it until somebody reads; process.exit would drop the rest.
await Promise.all(
	[process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
);
process.exit(status);
