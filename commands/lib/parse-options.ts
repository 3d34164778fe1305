/** Checks the options a user gave against a command's specs. Every error is one sentence with the remedy. */
import { closest, distance } from 'fastest-levenshtein';
import { MAX_SEED, UserError } from '../../gpu/jobs/index.ts';
import type { ModelList, ModelSummary } from '../../gpu/queue/runner.ts';
import { plain, readable } from './characters.ts';
import { fillIn } from './fill-in.ts';
import { adviceOn } from './foreign-options.ts';
import { modelsFor } from './models-for.ts';
import {
	isUpload,
	type OptionSpec,
	type OptionSpecs,
	type RawOptions,
	type RawValue,
	USER_EXAMPLE,
	type Values,
} from './options.ts';
import { MAX_QUOTED, shorten } from './shorten.ts';
import { styledPrompts } from './style-option.ts';

/** What option values may depend on. */
export interface ParseSurroundings {
	/** Installed models, the default first. */
	readonly models: ModelList;
	/** Draws a seed for a command that was given none. */
	readonly drawSeed: () => number;
}

/**
 * @param commandName for the error messages
 * @throws {UserError} for an unknown option, a missing one, or a value outside its limits
 */
export function parseOptions<S extends OptionSpecs>(
	commandName: string,
	specs: S,
	raw: RawOptions,
	surroundings: ParseSurroundings,
): Values<S> {
	checkNames(commandName, specs, raw);
	const entries = Object.entries(specs).map(([name, spec]) => {
		const value = present(commandName, name, spec, raw[name]);
		return [name, value === undefined ? absent(spec, surroundings) : check(name, spec, value, surroundings)];
	});
	const values = Object.fromEntries(entries);
	checkPrompts(commandName, specs, raw);
	const given: RawOptions = Object.fromEntries(entries.filter(([name]) => !isMissing(raw[name as string])));
	return { ...values, ...defaultPrompts(specs, raw, values.model), ...styledPrompts(specs, given) };
}

/** The prompts that the chosen model has defaults for: which of them are needed here, and how many are given. */
function promptsOf(specs: OptionSpecs, raw: RawOptions) {
	const own = Object.entries(specs).flatMap(([name, spec]) =>
		spec.kind === 'text' && spec.ofModel !== undefined ? [{ ...spec, name, ofModel: spec.ofModel }] : [],
	);
	const needed = own.filter(({ orElse }) => orElse === undefined || isMissing(raw[orElse]));
	return { own, needed, given: own.filter(({ name }) => !isMissing(raw[name])).length };
}

/** The defaults for prompts that were not given. */
function defaultPrompts(specs: OptionSpecs, raw: RawOptions, model: ModelSummary | undefined) {
	const { own, needed, given } = promptsOf(specs, raw);
	const absentOnes = own.filter(({ name }) => isMissing(raw[name]));
	const usual = ({ ofModel, default: other }: (typeof own)[number]) => model?.defaultPrompts?.[ofModel] ?? other;
	const only = model?.knownPrompts?.filter((prompt) => prompt.trim() !== '');
	/** Where a model reads only some prompts, and not the usual ones, its first ones. */
	const instead = only && needed.some((spec) => !only.includes(usual(spec) ?? '')) ? only : [];
	return Object.fromEntries(
		absentOnes.map((spec) => {
			const standsIn = given === 0 && needed.includes(spec);
			return [spec.name, standsIn ? (instead[spec.ofModel] ?? usual(spec)) : undefined];
		}),
	);
}

/** The first prompt missing where others are given, with a sentence on it; undefined when all or none are given. */
export function lackingPrompt(commandName: string, specs: OptionSpecs, raw: RawOptions) {
	const { needed, given } = promptsOf(specs, raw);
	const lacking = given === 0 || given >= needed.length ? undefined : needed.find(({ name }) => isMissing(raw[name]));
	return lacking && { name: lacking.name, problem: `/${commandName} needs ${lacking.name} too: ${describe(lacking)}.` };
}

function checkPrompts(commandName: string, specs: OptionSpecs, raw: RawOptions): void {
	const lacking = lackingPrompt(commandName, specs, raw);
	if (lacking) throw new UserError(lacking.problem);
}

const isMissing = (value: RawValue | undefined) =>
	value === undefined || (typeof value === 'string' && readable(value) === '');

/** A value cleaned of what typing puts into it: invisible characters and, except in prose, full-width ones. */
function asRead(spec: OptionSpec | undefined, value: RawValue): RawValue {
	if (typeof value !== 'string' || isUpload(spec)) return value;
	const text = readable(value);
	return spec === undefined || spec.kind === 'text' ? text : plain(text);
}

/** Options as `parseOptions` reads them, so that a request is stored and shown as it was understood. */
export function optionsAsRead(specs: OptionSpecs, raw: RawOptions): RawOptions {
	const entries = Object.entries(raw).flatMap(([name, value]) =>
		value === undefined ? [] : [[name, asRead(Object.hasOwn(specs, name) ? specs[name] : undefined, value)]],
	);
	return Object.fromEntries(entries);
}

/**
 * Checks what can be checked before the models are known and the files have arrived, which may take seconds.
 *
 * @throws {UserError} as `parseOptions`
 */
export function checkEarly(commandName: string, specs: OptionSpecs, raw: RawOptions): void {
	checkNames(commandName, specs, raw);
	const surroundings = { models: { usable: [], damaged: [] }, drawSeed: () => 0 };
	for (const [name, spec] of Object.entries(specs)) {
		const value = present(commandName, name, spec, raw[name]);
		if (value !== undefined && spec.kind !== 'model' && !isUpload(spec)) check(name, spec, value, surroundings);
	}
	checkPrompts(commandName, specs, raw);
}

function checkNames(commandName: string, specs: OptionSpecs, raw: RawOptions): void {
	for (const name of Object.keys(raw)) {
		if (!Object.hasOwn(specs, name)) throw unknownOption(commandName, name, specs);
	}
}

/**
 * The error for a name that no option has.
 *
 * @param further what else the name may have been meant for
 */
export function unknownOption(
	commandName: string,
	name: string,
	specs: OptionSpecs,
	further: readonly string[] = [],
): UserError {
	const names = Object.keys(specs);
	const options = names.length ? `its options are ${names.join(', ')}` : 'it takes no options';
	const said = adviceOn(name, names) ?? `${suggest(name, [...names, ...further])}; ${options}`;
	return new UserError(`/${commandName} has no option "${shorten(name, MAX_QUOTED)}"${said}.`);
}

/** The value, if there is one. Throws a UserError when a required one is missing; an empty one comes from a form. */
function present(
	commandName: string,
	name: string,
	spec: OptionSpec,
	value: RawValue | undefined,
): RawValue | undefined {
	const missing = isMissing(value);
	if (missing && spec.required) {
		const what = describe(spec);
		throw new UserError(value === undefined ? `/${commandName} needs ${name}: ${what}.` : fillIn(name, what));
	}
	return missing ? undefined : value;
}

/** Twice the length of the longest name of anything. */
const MAX_NAME = 200;

/** ` (did you mean "steps"?)` when one of the names is close, otherwise nothing. */
export function suggest(given: string, names: readonly string[]): string {
	// Comparing takes time proportional to both lengths, and no name is close to a text this long.
	if (names.length === 0 || given.length > MAX_NAME) return '';
	const text = given.toLowerCase();
	// Swapping two letters, the most common slip, counts as two edits.
	const isClose = (name: string) =>
		distance(text, name) <= Math.max(name.length > 3 ? 2 : 1, Math.floor(name.length / 3));
	// Of equally close names, prefer one that only lacks its beginning: 2.3 means b2.3, not 1.3.
	const nearest =
		names.find((name) => text.length > 2 && name.endsWith(text) && isClose(name)) ?? closest(text, [...names]);
	return isClose(nearest) ? ` (did you mean "${nearest}"?)` : '';
}

/** What an option accepts, for error messages and forms: "a whole number from 1 to 9, for example 4". */
export function describe(spec: OptionSpec): string {
	switch (spec.kind) {
		case 'text':
			return `a text of at most ${spec.maxLength} characters, for example "${spec.example}"`;
		case 'integer':
		case 'number':
			return `a ${spec.kind === 'integer' ? 'whole ' : ''}number from ${spec.min} to ${spec.max}, for example ${spec.example}`;
		case 'seed':
			return `a whole number from 0 to ${MAX_SEED}, for example ${spec.example}`;
		case 'integers':
			return `1 to ${spec.maxCount} whole numbers from ${spec.min} to ${spec.max}, for example ${spec.example}`;
		case 'numbers':
			return `${spec.count} numbers from ${spec.min} to ${spec.max}, for example ${spec.example}`;
		case 'choice':
			return `one of ${spec.choices.join(', ')}`;
		case 'names':
			return `${spec.maxCount === 1 ? 'one' : `1 to ${spec.maxCount}`} of ${spec.choices.join(', ')}`;
		case 'flag':
			return 'yes or no';
		case 'image':
			return 'a PNG, JPEG, WebP, GIF or AVIF picture, or its https address';
		case 'embeddings':
			return 'a .pth or .safetensors file of prompt embeddings';
		case 'model':
			return spec.stage === 2
				? 'the name of an installed stage II model, as listed by /models'
				: 'the name of an installed model, as listed by /models';
		case 'user':
			return `a person: a mention in chat, otherwise their id, for example ${USER_EXAMPLE}`;
	}
}

function absent(spec: OptionSpec, { models, drawSeed }: ParseSurroundings): unknown {
	if (spec.kind === 'seed') return drawSeed();
	if (spec.kind === 'model') {
		const [first] = modelsFor(spec, models.usable);
		if (!first) throw new UserError(spec.stage === 2 ? NO_UPSCALER : NO_MODEL);
		return first;
	}
	if (spec.kind === 'flag') return false;
	return 'default' in spec ? spec.default : undefined;
}

function check(name: string, spec: OptionSpec, value: RawValue, { models }: ParseSurroundings): unknown {
	const refuse = (why = ''): never => {
		const given = typeof value === 'object' ? 'a file' : `"${shorten(String(value), MAX_QUOTED)}"`;
		throw new UserError(`${name} must be ${describe(spec)}; got ${given}${why}.`);
	};
	if (isUpload(spec)) return typeof value === 'object' ? value : refuse();
	if (typeof value === 'object') return refuse();
	const text = String(asRead(spec, value));
	const within = (n: number, { min, max }: { min: number; max: number }) => n >= min && n <= max;
	switch (spec.kind) {
		case 'text':
			return text.length <= spec.maxLength ? text : refuse(`, which has ${text.length} characters`);
		case 'number':
			return isDecimal(text) && within(Number(text), spec) ? Number(text) : refuse(suggestPoint(text));
		case 'integer':
			return isWhole(text) && within(Number(text), spec) ? Number(text) : refuse();
		case 'seed':
			return isWhole(text) && within(Number(text), { min: 0, max: MAX_SEED }) ? Number(text) : refuse();
		case 'integers': {
			const parts = list(text);
			const fits = parts.length >= 1 && parts.length <= spec.maxCount;
			return fits && parts.every((part) => isWhole(part) && within(Number(part), spec)) ? parts.map(Number) : refuse();
		}
		case 'numbers': {
			const parts = list(text);
			const fit = parts.length === spec.count && parts.every((part) => isDecimal(part) && within(Number(part), spec));
			return fit ? parts.map(Number) : refuse();
		}
		case 'choice':
			return spec.choices.find((choice) => choice === text.toLowerCase()) ?? refuse(suggest(text, spec.choices));
		case 'names': {
			const names = list(text).map((part) => part.toLowerCase());
			const unknown = names.find((part) => !spec.choices.includes(part));
			if (unknown !== undefined) {
				const reason = spec.reasonAgainst?.(unknown);
				return refuse(reason ? `, which cannot work: ${reason}` : suggest(unknown, spec.choices));
			}
			return names.length >= 1 && names.length <= spec.maxCount ? names : refuse();
		}
		case 'flag': {
			const word = text.toLowerCase();
			return YES.includes(word) || (NO.includes(word) ? false : refuse());
		}
		case 'user': {
			const [, id, called] = PERSON.exec(text) ?? refuse();
			return { id, name: called ?? id };
		}
		case 'model': {
			const fitting = modelsFor(spec, models.usable);
			const found = fitting.find((model) => model.name === text);
			if (found) return found;
			const damaged = models.damaged.find((model) => model.name === text);
			if (damaged) throw new UserError(`The model "${text}" cannot be used: ${damaged.damage}.`);
			const installed = fitting.map((model) => model.name);
			const other = models.usable.find((model) => model.name === text);
			const why = other ? `, a stage ${other.stage} model` : suggest(text, installed);
			return refuse(`${why}; installed: ${installed.join(', ') || 'none'}`);
		}
	}
}

/** What people and platforms write for the two states of a flag. */
export const YES: readonly string[] = ['yes', 'true', 'on', '1'];
export const NO: readonly string[] = ['no', 'false', 'off', '0'];

/** `USER_EXAMPLE`, optionally followed by "|Ann". */
const PERSON = /^([a-z]+:[\w:.-]+)(?:\|(.+))?$/;

const isWhole = (text: string) => /^[-+]?\d+$/.test(text);

const isDecimal = (text: string) => /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text);

/** In many languages decimals follow a comma. */
const suggestPoint = (text: string) => (/^\d+,\d+$/.test(text) ? ` (did you mean "${text.replace(',', '.')}"?)` : '');

const list = (text: string) => text.split(/[,\s]+/).filter((part) => part !== '');

/** The remedy is the same wherever a model is missing. */
export const NO_MODEL =
	'No model is installed; download one with models pull, or put a diffusers model directory into MODEL_DIR.';
const NO_UPSCALER =
	'No stage II model, which enlarges pictures, is installed; put its diffusers directory into MODEL_DIR.';
