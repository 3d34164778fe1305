/** A command typed as text, after /flipside or a mention, with the pictures that came along. */
import type { Command } from '../../../commands/lib/command.ts';
import { splitCommand } from '../../../commands/lib/find-command.ts';
import { parseWords, splitWords } from '../../../commands/lib/parse-text.ts';
import { optionsForPictures } from '../../chat/picture-options.ts';
import { isWebAddress } from '../../uploads/addressed-pictures.ts';
import { asTyped } from './text.ts';

export interface TypedOptions {
	/** As text, by the options' names. */
	readonly values: Readonly<Record<string, string>>;
	/** The options that the pictures that came along are for, in their order. */
	readonly pictureOptions: readonly string[];
}

/** What stands where the name of a command would: there may be no such command. */
export const nameIn = (commands: readonly Command[], text: string): string =>
	splitCommand(commands, splitWords(asTyped(text))).name;

/**
 * @param text as Slack sends it, with or without the command's name before the options
 * @param pictures how many came along
 * @throws {UserError} when it cannot be read, or no option takes a picture
 */
export function readTyped(commands: readonly Command[], command: Command, text: string, pictures = 0): TypedOptions {
	const people = Object.values(command.options).some(({ kind }) => kind === 'user');
	const all = splitWords(asTyped(text, people ? 'ids' : 'names'));
	const { name, rest } = splitCommand(commands, all);
	const words = name === command.name ? rest : all;
	const pictureOptions = optionsForPictures(command, pictures, commands);
	// Nobody can type a picture, only its address: without one, bare words are for the other options.
	const typed = words.some(isWebAddress);
	const free = Object.entries(command.options).filter(
		([option, { kind }]) => kind !== 'image' || (typed && !pictureOptions.includes(option)),
	);
	return { values: parseWords({ ...command, options: Object.fromEntries(free) }, words), pictureOptions };
}
