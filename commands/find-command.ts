import { UserError } from '../gpu/jobs.ts';
import type { Command } from './command.ts';
import { suggest } from './parse-options.ts';
import { shorten } from './shorten.ts';

/**
 * The command of that name, exactly as written.
 *
 * @param otherVerbs further words that would have been right where the name was given
 * @throws {UserError} naming the commands there are
 */
export function findCommand(commands: readonly Command[], name: string, otherVerbs: readonly string[] = []): Command {
	const command = commands.find((candidate) => candidate.name === name);
	if (command) return command;
	const names = [...commands.map((candidate) => candidate.name), ...otherVerbs];
	throw new UserError(
		`There is no command "${shorten(name, 40)}"${suggest(name, names)}; there are ${names.join(', ')}.`,
	);
}
