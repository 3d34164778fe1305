/** A command typed as text, after /flipside or a mention, with the files that came along. */
import type { Command } from '../../../commands/lib/command.ts';
import { splitCommand } from '../../../commands/lib/find-command.ts';
import { parseWords, splitWords } from '../../../commands/lib/parse-text.ts';
import { takesAddress, uploadPlaces } from '../../chat/upload-places.ts';
import { asTyped } from './text.ts';

export interface TypedOptions {
	/** As text, by the options' names. */
	readonly values: Readonly<Record<string, string>>;
	/** The options that the files that came along are for, in their order. */
	readonly fileOptions: readonly string[];
}

/** What stands where the name of a command would: there may be no such command. */
export const nameIn = (commands: readonly Command[], text: string): string =>
	splitCommand(commands, splitWords(asTyped(text))).name;

/**
 * @param text as Slack sends it, with or without the command's name before the options
 * @param files names of those that came along
 * @throws {UserError} when it cannot be read, or a file has no place
 */
export function readTyped(
	commands: readonly Command[],
	command: Command,
	text: string,
	files: readonly string[] = [],
): TypedOptions {
	const people = Object.values(command.options).some(({ kind }) => kind === 'user');
	const all = splitWords(asTyped(text, people ? 'ids' : 'names'));
	const { name, rest } = splitCommand(commands, all);
	const words = name === command.name ? rest : all;
	const fileOptions = uploadPlaces(command, files, commands);
	const free = Object.entries(command.options).filter(([option]) => !fileOptions.includes(option));
	return { values: parseWords({ ...command, options: Object.fromEntries(free) }, words, takesAddress), fileOptions };
}
