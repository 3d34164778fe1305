/** The pages of --help: all commands, one of them, one of the operator's verbs, or an option. */
import { optionFacts, optionPage } from '../../commands/help.ts';
import type { Command } from '../../commands/lib/command.ts';
import { findCommand, splitCommand, verbCommandsOf } from '../../commands/lib/find-command.ts';
import { isUpload, type OptionSpec } from '../../commands/lib/options.ts';
import { wordingIn } from '../../commands/lib/wording.ts';
import type { OperatorVerb } from '../operator/verb.ts';
import { findVerb, type Known, verbsUnder } from './known.ts';
import { OWN_OPTIONS, ownOptionsOf } from './own-options.ts';

type Row = readonly [name: string, text: string];

/** Columns of the widest page: longer lines are hard to read. */
const WIDEST = 100;
const NARROWEST = 40;

/** Names longer than this stand in a line of their own. */
const LONGEST_NAME = 24;

/**
 * @param topic words after "help", or those before --help; empty: all commands
 * @param columns of the terminal
 * @throws {UserError} with what is nearest, for what is none of it
 */
export function helpPage({ commands, verbs }: Known, topic: readonly string[], columns = 80): string {
	const width = Math.min(Math.max(columns, NARROWEST), WIDEST);
	const [first, ...rest] = topic;
	if (first === undefined) return overview({ commands, verbs }, width);
	const found = findVerb({ verbs }, topic);
	if (found) return verbPage(found.name, found.verb, width);
	const { name } = splitCommand(commands, topic);
	const group = verbCommandsOf(commands, name).map(({ command }) => command);
	if (group.length > 0 && rest.length === 0) return groupPage(name, group, width);
	const command = commands.find((candidate) => candidate.name === name);
	const others = otherVerbs(name, verbs, width);
	if (command) return [commandPage(command, width), ...others].join('\n');
	if (others.length > 0) return others.join('\n').trim();
	return (
		optionPage(commands, name, wordingIn(commands)) ||
		commandPage(findCommand(commands, name, Object.keys(verbs)), width)
	);
}

function overview({ commands, verbs }: Known, width: number): string {
	return [
		'Usage: flipside COMMAND [word ...] [--option value ...]',
		'',
		'Commands:',
		table(
			commands.map(({ name, summary }) => [name, summary]),
			width,
		),
		'',
		'For the operator:',
		table(
			Object.entries(verbs).map(([word, { summary }]) => [word, summary]),
			width,
		),
		'',
		'With every command:',
		table(ownRows(), width),
		'',
		'flipside help COMMAND explains one. Here flipside stands for: npm run -s flipside --',
	].join('\n');
}

function groupPage(first: string, members: readonly Command[], width: number): string {
	return [
		`Usage: flipside ${first} VERB [word ...] [--option value ...]`,
		'',
		table(
			members.map(({ name, summary }) => [name, summary]),
			width,
		),
		'',
		`flipside help ${members[0].name} explains one of them.`,
	].join('\n');
}

function commandPage({ name, summary, example, options, staffOnly }: Command, width: number): string {
	const positional = Object.entries(options).filter(([, spec]) => spec.positional);
	const places = positional.map(([option, spec]) =>
		spec.required ? option.toUpperCase() : `[${option.toUpperCase()}]`,
	);
	const hasOptions = Object.keys(options).length > 0;
	const draws = drawsPictures({ options });
	return [
		`Usage: ${['flipside', name, ...places, ...(hasOptions ? ['[--option value ...]'] : [])].join(' ')}`,
		'',
		...wrapped(`${summary}.${staffOnly ? ' In chats for staff only.' : ''}`, width),
		...(hasOptions ? ['', 'Options:', table(Object.entries(options).map(optionRow), width)] : []),
		'',
		'With every command:',
		table(ownRows(), width),
		'',
		draws ? 'Examples:' : 'Example:',
		`  ${`flipside ${name} ${example}`.trim()}`,
		...(draws ? [`  ${`flipside ${name} ${example}`.trim()} --out ${name.replaceAll(' ', '-')}.png`] : []),
	].join('\n');
}

/** The operator's verbs that begin with the name of a command. */
function otherVerbs(name: string, verbs: Known['verbs'], width: number): string[] {
	const words = verbsUnder(verbs, name);
	if (words.length === 0) return [];
	const rows = words.map((word): Row => [`${name} ${word}`, verbs[`${name} ${word}`].summary]);
	return ['', 'For the operator:', table(rows, width)];
}

function verbPage(word: string, verb: OperatorVerb, width: number): string {
	const { summary, usage, example, options = {} } = verb;
	const rows = [
		...Object.entries(options).map(([name, text]): Row => [`--${name}`, text]),
		...ownOptionsOf(verb).flatMap((name) => ownRows(name)),
	];
	const places = rows.map(([name]) => `[${name.replace(/^-\w, /, '')}]`);
	return [
		`Usage: ${['flipside', word, usage, ...places].filter(Boolean).join(' ')}`,
		'',
		...wrapped(`${summary}.`, width),
		...(rows.length > 0 ? ['', table(rows, width)] : []),
		'',
		'Example:',
		`  ${`flipside ${word} ${example}`.trim()}`,
	].join('\n');
}

/** Whether a command makes pictures: what draws them draws noise. */
export const drawsPictures = ({ options }: Pick<Command, 'options'>): boolean =>
	Object.values(options).some(({ kind }) => kind === 'seed');

function optionRow([name, spec]: readonly [string, OptionSpec]): Row {
	const value = placeholder(spec);
	return [`--${name}${value && ` ${value}`}`, `${spec.summary}${optionFacts(spec)}`];
}

function placeholder(spec: OptionSpec): string {
	if (isUpload(spec)) return 'FILE';
	switch (spec.kind) {
		case 'flag':
			return '';
		case 'integer':
		case 'number':
		case 'seed':
			return 'N';
		case 'integers':
		case 'numbers':
			return 'N,N,…';
		case 'choice':
		case 'model':
			return 'NAME';
		case 'names':
			return spec.maxCount === 1 ? 'NAME' : 'NAME,…';
		case 'user':
			return 'USER';
		default:
			return 'TEXT';
	}
}

function ownRows(only?: string): Row[] {
	return OWN_OPTIONS.filter(({ names: [name] }) => only === undefined || name === only).map((option) => {
		const [name, short] = option.names;
		const value = 'value' in option ? ` ${option.value}` : '';
		return [`${short ? `-${short}, ` : ''}--${name}${value}`, option.summary];
	});
}

/** Names on the left, what they are on the right, in lines of `width` at most. */
function table(rows: readonly Row[], width: number): string {
	const longest = Math.max(...rows.map(([name]) => (name.length > LONGEST_NAME ? 0 : name.length)));
	const indent = ' '.repeat(longest + 4);
	return rows
		.flatMap(([name, text]) => {
			const [first, ...others] = wrapped(text, width - indent.length);
			const rest = others.map((line) => indent + line);
			return name.length > longest
				? [`  ${name}`, indent + first, ...rest]
				: [`  ${name.padEnd(longest)}  ${first}`, ...rest];
		})
		.join('\n');
}

function wrapped(text: string, width: number): string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const line = lines.at(-1);
		if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
		else lines[lines.length - 1] = `${line} ${word}`;
	}
	return lines;
}
