/** A command typed as text, after /flipside or a mention, with the pictures that came along. */
import type { Command } from '../../../commands/command.ts';
import { parseWords, splitWords } from '../../../commands/parse-text.ts';
import { UserError } from '../../../gpu/jobs.ts';
import { isWebAddress } from '../../addressed-pictures.ts';
import { asTyped } from './text.ts';

export interface TypedRequest {
	readonly command: Command;
	/** As text, by the options' names. */
	readonly values: Readonly<Record<string, string>>;
	/** The options that the pictures that came along are for, in their order. */
	readonly pictureOptions: readonly string[];
}

/**
 * @param text as Slack sends it
 * @param pictures how many came along
 * @returns undefined when the text does not begin with the name of a command
 * @throws {UserError} when the rest of it cannot be read, or a picture has no place
 */
export function readTyped(commands: readonly Command[], text: string, pictures = 0): TypedRequest | undefined {
	const command = commandIn(commands, splitWords(asTyped(text)));
	if (!command) return undefined;
	const people = Object.values(command.options).some(({ kind }) => kind === 'user');
	const words = splitWords(asTyped(text, people ? 'ids' : 'names')).slice(wordsOf(command.name).length);
	return { command, ...readOptions(command, words, pictures) };
}

/** The options of a command out of all of a text. */
export function readOptions(command: Command, words: readonly string[], pictures = 0): Omit<TypedRequest, 'command'> {
	const places = Object.keys(command.options).filter((name) => command.options[name].kind === 'image');
	if (pictures > places.length) throw new UserError(tooMany(command, places.length));
	const pictureOptions = places.slice(0, pictures);
	// Nobody can type a picture, only its address: bare words are for the other options.
	const typable = words.some(isWebAddress) ? places.slice(pictures) : [];
	const free = Object.entries(command.options).filter(([name]) => !places.includes(name) || typable.includes(name));
	return { values: parseWords({ ...command, options: Object.fromEntries(free) }, words), pictureOptions };
}

/** The command whose words come first, of several the longest: "mnist train" before "mnist". */
export function commandIn(commands: readonly Command[], words: readonly string[]): Command | undefined {
	const first = words.map((word) => word.toLowerCase());
	// People type the slash of the other commands here too.
	if (first[0]) first[0] = first[0].replace(/^\//, '');
	const fitting = commands.filter(({ name }) => wordsOf(name).every((word, i) => word === first[i]));
	return fitting.sort((a, b) => wordsOf(b.name).length - wordsOf(a.name).length)[0];
}

export const wordsOf = (name: string) => name.split(' ');

function tooMany({ name }: Command, places: number): string {
	if (places === 0) return `/${name} takes no picture; leave it out, or use a command such as edit.`;
	return `/${name} takes ${places} picture${places === 1 ? '' : 's'}; leave the others out.`;
}
