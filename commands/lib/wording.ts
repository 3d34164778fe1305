/** How commands are typed where a reply is read: each platform has its own syntax. */
import type { Command, Wording } from './command.ts';
import { verbsOf } from './find-command.ts';
import type { OptionSpecs, RawOptions } from './options.ts';
import { requestLine } from './request-line.ts';

/** Writes a request as a person would type it. The command may also be unknown. */
export type Syntax = (commands: readonly Command[], command: string, options: RawOptions) => string;

/** @param syntax absent: the command line's */
export function wordingIn(commands: readonly Command[], syntax: Syntax = requestLine): Wording {
	const line = (command: string, options: RawOptions = {}) => syntax(commands, command, options);
	return {
		line,
		hint: (sentence) =>
			sentence
				.split(QUOTED)
				.map((part, i) => (i % 2 === 1 ? part : unquoted(part, commands, line)))
				.join(''),
	};
}

const QUOTED = /(“[^”]*”|"[^"]*")/;

/** "/mnist train --run class-1": a slash at the start of a word, the words of a name, and what follows if it may belong to it. */
const NAMED = /(?<![^\s(])\/([a-z]+)((?: (?:--)?[a-z][\w-]*)*)/g;

function unquoted(text: string, commands: readonly Command[], line: Wording['line']): string {
	return text.replace(NAMED, (whole: string, first: string, after: string) => {
		const verbs = verbsOf(commands, first);
		const words = after.split(' ').slice(1);
		const name = verbs.includes(words[0]) ? `${first} ${words.shift()}` : first;
		const known = commands.find((command) => command.name === name);
		if (!known && verbs.length === 0) return whole;
		const { options, count } = readWords(words, known?.options ?? {});
		return [line(name, options), ...words.slice(count)].join(' ');
	});
}

/** The options at the start of the words: named ones, or a positional choice. The rest belongs to the sentence. */
function readWords(words: readonly string[], specs: OptionSpecs) {
	const options: Record<string, string> = {};
	const place = Object.entries(specs).find(([, { positional }]) => positional);
	let count = 0;
	for (; count < words.length; count++) {
		const [word, value] = words.slice(count);
		const name = word.slice(2);
		const spec = word.startsWith('--') && Object.hasOwn(specs, name) ? specs[name] : undefined;
		if (spec?.kind === 'flag') options[name] = 'yes';
		else if (spec && value !== undefined) options[name] = words[++count];
		else if (count === 0 && place?.[1].kind === 'choice' && place[1].choices.includes(word)) options[place[0]] = word;
		else break;
	}
	return { options, count };
}
