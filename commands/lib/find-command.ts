/** Finds a command by its name, or says which commands there are. */
import { UserError } from '../../gpu/jobs/index.ts';
import type { Command } from './command.ts';
import { HABITS } from './habits.ts';
import { suggest } from './parse-options.ts';
import { MAX_QUOTED, shorten } from './shorten.ts';
import { optionIn } from './typed-option.ts';

/**
 * The command of that name, exactly as written: "generate", or "mnist train" where a command has verbs.
 *
 * @param otherVerbs further words that would have been valid in place of the name
 * @throws {UserError} that lists the commands, or the verbs
 */
export function findCommand(commands: readonly Command[], name: string, otherVerbs: readonly string[] = []): Command {
	const command = commands.find((candidate) => candidate.name === name);
	if (command) return command;
	const [first, ...rest] = name.split(' ');
	const verbs = verbsOf(commands, first);
	if (verbs.length > 0) {
		const verb = rest.join(' ');
		const example = commands.find((candidate) => candidate.name === `${first} ${verbs[0]}`) as Command;
		if (verb === '') {
			throw new UserError(`/${first} needs a verb, one of ${verbs.join(', ')}: for example ${asExample(example)}.`);
		}
		throw new UserError(
			`/${first} has no verb "${shorten(verb, MAX_QUOTED)}"${suggest(verb, verbs)}; its verbs are ${verbs.join(', ')}.`,
		);
	}
	const meant = commands.find((candidate) => candidate.name === HABITS.get(first));
	if (meant) {
		throw new UserError(`There is no command "${first}"; /${meant.name} does that: for example ${asExample(meant)}.`);
	}
	const names = [...new Set(commands.map((candidate) => candidate.name.split(' ')[0])), ...otherVerbs];
	// The slip may also be in the space between the words.
	const close =
		suggest(name, names) ||
		suggest(
			name,
			commands.map((candidate) => candidate.name),
		);
	// Quotes around a whole line make one word of it.
	const unknown = names.includes(first) ? name : first;
	throw new UserError(
		`There is no command "${shorten(unknown, MAX_QUOTED)}"${close || suggest(first, names)}; the commands are ${names.join(', ')}.`,
	);
}

const asExample = ({ name, example }: Command) => `/${name} ${example}`.trim();

/** A command whose name has two words, and its second word. */
interface VerbCommand {
	readonly verb: string;
	readonly command: Command;
}

/** The two-word commands that start with `first`, in the order of the registry; empty if there are none. */
export function verbCommandsOf(commands: readonly Command[], first: string): readonly VerbCommand[] {
	return commands
		.filter(({ name }) => name.startsWith(`${first} `))
		.map((command) => ({ verb: command.name.slice(first.length + 1), command }));
}

/** The verbs of those commands. */
export const verbsOf = (commands: readonly Command[], first: string): readonly string[] =>
	verbCommandsOf(commands, first).map(({ verb }) => verb);

/**
 * Splits typed words into the name of a command, which may not exist, and the words after it. A colon may follow the
 * name, and so may a comma where a slash shows that it is a name.
 */
export function splitCommand(
	commands: readonly Command[],
	[first = '', ...rest]: readonly string[],
): { readonly name: string; readonly rest: readonly string[] } {
	const written = first.normalize('NFKC');
	const slash = /^[/!]/.test(written);
	const name = written.replace(slash ? /^[/!]|[:,]$/g : /:$/, '').toLowerCase();
	const hasVerb = verbsOf(commands, name).length > 0 && rest.length > 0 && optionIn(rest[0], []) === undefined;
	return hasVerb ? { name: `${name} ${rest[0].toLowerCase()}`, rest: rest.slice(1) } : { name, rest };
}
