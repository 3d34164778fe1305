/** The command line: runs one command exactly as a chat would, as staff, and waits. */
import { inspect } from 'node:util';
import { commands } from '../../commands/index.ts';
import { findCommand, splitCommand } from '../../commands/lib/find-command.ts';
import { parseWords } from '../../commands/lib/parse-text.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { joinQuoted } from '../../commands/lib/split-words.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { ConfigError, readConfig, secretsOf } from '../base/config.ts';
import { printable, printableJson } from '../base/printable.ts';
import { createRedactor } from '../base/redact.ts';
import { VERSION } from '../base/version.ts';
import { operatorVerbs } from '../operator/index.ts';
import type { OperatorVerb } from '../operator/verb.ts';
import { platforms } from '../platforms/index.ts';
import { completionScript } from './completion.ts';
import { helpPage } from './help.ts';
import { findVerb, type Known, refuseHalfVerb } from './known.ts';
import { optionsOf, readOwnOptions, refuseOptions, refuseUnknownOptions, USUAL_NAMES } from './own-options.ts';
import { meterOn } from './progress.ts';
import type { Streams } from './streams.ts';

const HELP = 'help';

const completion: OperatorVerb = {
	summary: 'Print a script that completes command lines in a shell',
	usage: 'bash|zsh|fish',
	example: 'bash',
	run: async ({ words, print }) => {
		print(completionScript(known, words));
		return 0;
	},
};

const known: Known = { commands, verbs: { ...operatorVerbs(platforms), completion } };

/**
 * @param argv words after the name of the program
 * @returns the exit status: 0 done, 2 the user's mistake (one line on stderr), 1 ours
 */
export async function runCommandLine(argv: readonly string[], streams: Streams): Promise<number> {
	// What goes into the data directory is for this user alone; pictures for the user are written as other programs write.
	const umask = process.umask(0o077);
	const complain = (text: string) => {
		// Stacks of libraries may come along.
		streams.stderr.write(`${printable(createRedactor(secretsOf(platforms, process.env))(text))}\n`);
	};
	try {
		return await run(argv, streams, umask, complain);
	} catch (error) {
		if (error instanceof ConfigError) complain(error.problems.join('; '));
		else complain(error instanceof UserError ? error.message : inspect(error));
		return error instanceof ConfigError || error instanceof UserError ? 2 : 1;
	} finally {
		process.umask(umask);
	}
}

async function run(
	argv: readonly string[],
	streams: Streams,
	umask: number,
	complain: (text: string) => void,
): Promise<number> {
	refuseLostCharacters(argv);
	const { stdout } = streams;
	const print = (text: string) => stdout.write(`${printable(text)}\n`);
	const own = readOwnOptions(joinQuoted(argv));
	const [first = HELP, ...after] = own.words;
	if (own.version) {
		print(own.json ? printableJson({ version: VERSION }) : `flipside ${VERSION}`);
		return 0;
	}
	const { name, rest } = splitCommand(commands, [first, ...after]);
	if (own.help || name === HELP) {
		const topic = name === HELP ? topicOf(rest) : [first, ...after];
		const text = helpPage(known, topic, stdout.columns);
		print(own.json ? helpAsJson(text) : text);
		return 0;
	}
	const found = findVerb(known, [first, ...after]);
	if (found) {
		if (own.json && !found.verb.json) throw new UserError(`${found.name} has no option "--json"; leave it out.`);
		refuseOptions(found.rest, found.name, optionsOf(found.verb));
		const meter = meterOn(streams.stderr, own.quiet);
		const order = { words: found.rest, json: own.json, config: () => readConfig(platforms), print, complain, meter };
		return found.verb.run(order);
	}
	refuseHalfVerb(known, first);
	refuseOptions([first], 'flipside', USUAL_NAMES);
	const command = findCommand(commands, name, Object.keys(known.verbs));
	refuseUnknownOptions(rest, command);
	// Help and the like are said at once; what follows loads the desk.
	const { perform } = await import('./perform.ts');
	return perform(command, rest, own, { config: readConfig(platforms), streams, complain, umask });
}

/** Node puts U+FFFD where words are not in UTF-8; neither a prompt nor the name of a file is then what was typed. */
function refuseLostCharacters(words: readonly string[]): void {
	const lost = words.find((word) => word.includes('\ufffd'));
	if (lost === undefined) return;
	throw new UserError(
		`"${shorten(lost, 80)}" is not in UTF-8, so characters of it are lost; type it in a terminal that is set to UTF-8.`,
	);
}

/** The words of /help, which takes them by name too. */
function topicOf(words: readonly string[]): readonly string[] {
	const { command = '' } = parseWords(findCommand(commands, HELP), words);
	return command.split(/\s+/).filter(Boolean);
}

/** In the form of every other answer. */
const helpAsJson = (text: string) =>
	printableJson({ command: HELP, seed: null, images: [], text, seconds: 0, job: null });
