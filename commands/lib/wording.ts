/** How people write to the bot where they read it: each platform has a syntax of its own for what is typed. */
import type { Command, Wording } from './command.ts';
import { verbsOf } from './find-command.ts';
import type { OptionSpecs, RawOptions } from './options.ts';
import { requestLine } from './request-line.ts';

/** Writes a request as a person would type it. The command may also be unknown. */
export type Syntax = (commands: readonly Command[], command: string, options: RawOptions) => string;

/** @param syntax absent: as at the command line */
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

/** "/mnist train --run class-1": a slash that begins a word, the words of a name, and what follows as far as it may belong to it. */
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

/** The options at the beginning of some words: by name, or a choice in its place. The rest belongs to the sentence. */
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
