/** Recognises a whole command that was typed where only a prompt was expected. */
import { BLANK } from './characters.ts';
import { HABITS } from './habits.ts';

const SLASH = /^[/／!]\s?([^\s:,：，]+)/u;

/**
 * The command that a text consists of, with its verb if it has one; undefined for a prompt.
 *
 * @param names the names of all commands
 */
export function wholeCommand(text: string, names: readonly string[]): string | undefined {
	const typed = text.trim();
	const first = SLASH.exec(typed)?.[1].normalize('NFKC').toLowerCase();
	if (first === undefined) return undefined;
	const [, second = ''] = typed
		.replace(/^[/／!]\s/, '')
		.toLowerCase()
		.split(BLANK);
	const named = names.find((name) => name === `${first} ${second}`) ?? names.find((name) => name === first);
	// "!important" is a prompt, and "/imagine" is not.
	const isFirstOfSeveral = names.some((name) => name.startsWith(`${first} `));
	return named ?? (isFirstOfSeveral ? first : HABITS.get(first));
}
