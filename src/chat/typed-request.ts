/** Reads requests as people type them into a chat: a command with or without its slash, or a plain prompt. */
import { BLANK, visible } from '../../commands/lib/characters.ts';
import type { Command } from '../../commands/lib/command.ts';
import { splitCommand, verbsOf } from '../../commands/lib/find-command.ts';
import { isGreeting, withoutOrder } from '../../commands/lib/habits.ts';
import type { UploadKind } from '../../commands/lib/options.ts';
import { parseWords } from '../../commands/lib/parse-text.ts';
import { MAX_QUOTED, shorten } from '../../commands/lib/shorten.ts';
import { splitWords } from '../../commands/lib/split-words.ts';
import { optionIn } from '../../commands/lib/typed-option.ts';
import { uploadKindOf } from '../../commands/lib/upload-kinds.ts';
import { wholeCommand } from '../../commands/lib/whole-command.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { takesAddress, uploadPlaces } from './upload-places.ts';

/** The command for a line without a command name: the line is its prompt. */
const PLAIN_COMMAND = 'generate';

/** The command for such a line with a file: a picture is edited, embeddings are kept. */
const FILE_COMMANDS: Readonly<Record<UploadKind, string>> = { image: 'edit', embeddings: 'prompts' };

/** Commands whose name a prompt may well start with: "noise in the dark", "block of ice". */
const ALSO_ENGLISH: readonly string[] = ['block', 'course', 'models', 'noise', 'queue', 'reports', 'settings', 'words'];

/** How the bot is addressed by a platform's single slash command; people type it elsewhere too. */
export const MAIN_COMMAND = '/flipside';
/** The same in messages. */
export const MENTION = '@flipside';

const WHAT_TO_TYPE = 'Describe a picture, such as “a photo of a dog”; /help lists what else you can ask for.';

export interface TypedRequest {
	/** May not exist; the desk then refuses it in its own words. */
	readonly command: string;
	/** Values as text, by the options' names. */
	readonly values: Readonly<Record<string, string>>;
	/** The option that each attachment is for, in the attachments' order. */
	readonly fileOptions: readonly string[];
}

export interface TypedSurroundings {
	/** Names of the attachments. */
	readonly files?: readonly string[];
	/** The line can only be a command. */
	readonly isCommand?: boolean;
}

/** @throws {UserError} when the line cannot be read, names nothing to draw, or the command has no place for a file */
export function readTyped(
	commands: readonly Command[],
	line: string,
	{ files = [], isCommand = false }: TypedSurroundings = {},
): TypedRequest {
	// A platform may attach the files whose addresses people type, but the line still contains their names.
	const typed = splitWords(line).filter((word) => !files.includes(word));
	const [whole = '', ...others] = typed.filter(Boolean);
	// In quotes, or as code.
	if (others.length === 0 && BLANK.test(whole) && isCommandLine(commands, whole)) {
		return readTyped(commands, whole, { files, isCommand });
	}
	refuseSecond(commands, line);
	const words = withoutAddress(typed);
	const [file] = files;
	if (words.length === 0 && file === undefined) {
		if (typed.some((word) => word !== '/')) return { command: 'help', values: {}, fileOptions: [] };
		throw new UserError(WHAT_TO_TYPE);
	}
	const named = isCommand || typed[0]?.toLowerCase() === MAIN_COMMAND || namesCommand(commands, words);
	if (!named && file === undefined && isGreeting(words.join(' '))) throw new UserError(`Hello! ${WHAT_TO_TYPE}`);
	const plain =
		file === undefined
			? { name: PLAIN_COMMAND, rest: withoutOrder(words) }
			: { name: FILE_COMMANDS[uploadKindOf(file)], rest: words };
	const { name, rest } = named ? splitCommand(commands, words) : plain;
	const command = commands.find((candidate) => candidate.name === name);
	if (!command) return { command: name, values: {}, fileOptions: [] };
	const fileOptions = uploadPlaces(command, files, commands);
	const free = Object.entries(command.options).filter(([option]) => !fileOptions.includes(option));
	const values = parseWords({ ...command, options: Object.fromEntries(free) }, rest, takesAddress);
	return { command: name, values, fileOptions };
}

/** Refuses a second command in a line of its own, which would otherwise be part of the first one's prompt. */
function refuseSecond(commands: readonly Command[], text: string): void {
	const [, ...others] = visible(text)
		.trim()
		.split(/\s*\n\s*/);
	const second = others.find((line) => /^[/／!@]/u.test(line) && isCommandLine(commands, line));
	if (second === undefined) return;
	throw new UserError(`A message can hold only one command: send “${shorten(second, MAX_QUOTED)}” by itself.`);
}

/** Whether a text that starts with a slash, or what stands for one, or a mention is a whole command. */
function isCommandLine(commands: readonly Command[], text: string): boolean {
	const names = commands.map(({ name }) => name);
	return isAddress(text.split(BLANK)[0]) || wholeCommand(text, names) !== undefined;
}

/** Removes the bot's name from the start, and a lone slash. */
function withoutAddress(words: readonly string[]): readonly string[] {
	const [first = '', ...rest] = words;
	return isAddress(first) || first === '/' ? withoutAddress(rest) : words;
}

const isAddress = (word: string) => [MAIN_COMMAND, MENTION].includes(word.toLowerCase());

/** Whether a line is meant as a command, with or without a slash. */
function namesCommand(commands: readonly Command[], words: readonly string[]): boolean {
	const [first = '', ...rest] = words;
	if (/^[/／!][\p{L}\d]/u.test(first)) return true;
	const { name } = splitCommand(commands, words);
	const [word] = name.split(' ');
	const command = commands.find((candidate) => candidate.name === name);
	if (!command && verbsOf(commands, word).length === 0) return false;
	if (rest.length === 0 || !ALSO_ENGLISH.includes(word)) return true;
	const names = Object.keys(command?.options ?? {});
	return rest.some((other) => optionIn(other, names) !== undefined || /\s/.test(other));
}
