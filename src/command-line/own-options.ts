/** The options that belong to the command line itself, whatever command they stand among. */
import type { Command } from '../../commands/lib/command.ts';
import { suggest, unknownOption } from '../../commands/lib/parse-options.ts';
import { MAX_QUOTED, shorten } from '../../commands/lib/shorten.ts';
import { optionIn } from '../../commands/lib/typed-option.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { OperatorVerb } from '../operator/verb.ts';

/** Every one, as help and completion show it. The first name is the usual one. */
export const OWN_OPTIONS = [
	{
		names: ['out'],
		value: 'DIR|FILE|-',
		summary: 'Where pictures go: a folder (default ./out), a file such as dog.png, or - for standard output',
	},
	{ names: ['force'], summary: 'Overwrite the FILE given by --out' },
	{ names: ['json'], summary: 'Print one JSON object' },
	{ names: ['alone'], summary: 'Work in this process even if a bot is running' },
	{ names: ['quiet', 'q'], summary: 'Show no progress on standard error' },
	{ names: ['help', 'h'], summary: 'Explain the command' },
	{ names: ['version'], summary: 'Print the version' },
] as const satisfies readonly {
	readonly names: readonly string[];
	readonly value?: string;
	readonly summary: string;
}[];

/** Those that one of the operator's verbs takes. */
export const ownOptionsOf = ({ json, long }: OperatorVerb): readonly string[] => [
	...(json ? ['json'] : []),
	...(long ? ['quiet'] : []),
];

/** Their usual names. */
export const USUAL_NAMES: readonly string[] = OWN_OPTIONS.map(({ names }) => names[0]);

export interface OwnOptions {
	/** All others. */
	readonly words: readonly string[];
	/** Absent: the folder ./out. */
	readonly out?: string;
	readonly force: boolean;
	readonly json: boolean;
	readonly alone: boolean;
	readonly quiet: boolean;
	readonly help: boolean;
	readonly version: boolean;
}

/** Those names, all of them. */
const OWN_NAMES: readonly string[] = OWN_OPTIONS.flatMap(({ names }) => [...names]);

/** The first option among the words that is none of the names. */
const strangerIn = (words: readonly string[], names: readonly string[]) =>
	words
		.map((word) => ({ word, name: optionIn(word, names)?.name }))
		.find(
			(option): option is { word: string; name: string } => option.name !== undefined && !names.includes(option.name),
		);

/** @throws {UserError} for a word that is an option, but neither one of the command's nor of the command line's own */
export function refuseUnknownOptions(words: readonly string[], { name, options }: Command): void {
	const stranger = strangerIn(words, Object.keys(options));
	if (stranger) throw unknownOption(name, stranger.name, options, USUAL_NAMES);
}

/**
 * The same for what stands after an operator's verb, or alone.
 *
 * @param name what has no such option: "doctor"
 * @param names the options that it has
 */
export function refuseOptions(words: readonly string[], name: string, names: readonly string[]): void {
	const stranger = strangerIn(words, names);
	if (!stranger) return;
	const has = names.map((each) => `--${each}`).join(', ');
	throw new UserError(
		`${name} has no option "${shorten(stranger.word, MAX_QUOTED)}"${suggest(stranger.name, names)}; its options are ${has}.`,
	);
}

/** Every option that a verb takes: its own, and those of the command line that make sense with it. */
export const optionsOf = (verb: OperatorVerb): readonly string[] => [
	...Object.keys(verb.options ?? {}),
	...ownOptionsOf(verb),
	'help',
];

/** Takes them from among the words. @throws {UserError} for an --out without its value */
export function readOwnOptions(argv: readonly string[]): OwnOptions {
	const given = argv.map((word) => ({ word, ...optionIn(word, OWN_NAMES) }));
	const has = (...names: string[]) => given.some(({ name }) => name !== undefined && names.includes(name));
	const outAt = given.findIndex(({ name }) => name === 'out');
	const taken = outAt < 0 ? [] : given.splice(outAt, given[outAt].value === undefined ? 2 : 1);
	return {
		words: given.filter(({ name }) => name === undefined || !OWN_NAMES.includes(name)).map(({ word }) => word),
		...(taken.length > 0 && { out: outOf(taken) }),
		force: has('force'),
		json: has('json'),
		alone: has('alone'),
		quiet: has('quiet', 'q'),
		help: has('help', 'h'),
		version: has('version'),
	};
}

function outOf([out, next]: readonly { word: string; name?: string; value?: string }[]): string {
	const value = out.value ?? (next?.name === undefined ? next?.word : undefined);
	if (value) return value;
	throw new UserError(
		'out needs a value: a folder or file for the pictures, for example ./out, or - for standard output.',
	);
}
