/**
 * Entry of the command line.
 *
 *     npm run -s flipside -- <command> [verb] [prompt or image ...] [--option value ...] [--out DIR] [--json] [--alone]
 */
import { runCommandLine } from './command-line/run.ts';

process.exit(await runCommandLine(process.argv.slice(2), process));
