/**
 * Options of commands, as data. From these specs come the commands that chats register, the text parser, forms and /help;
 * `parseOptions` alone checks a user's values.
 */
import type { BlobRef } from '../../gpu/jobs/index.ts';
import type { ModelSummary } from '../../gpu/queue/runner.ts';

interface Common {
	/** One line for people, 1..100 characters, the strictest platform's limit. */
	readonly summary: string;
	/** May be given without its name, in the order of the specs. */
	readonly positional?: true;
	readonly required?: true;
	/** Chats have another way. */
	readonly commandLineOnly?: true;
}

export interface TextOption extends Common {
	readonly kind: 'text';
	/** In characters. */
	readonly maxLength: number;
	/** Stands for a missing and for an empty text. */
	readonly default?: string;
	/**
	 * Which of the default prompts of the chosen model, from 0, comes before `default`. Where a command has several such
	 * options, the defaults stand in for all of them together: who gives one has to give the others.
	 */
	readonly ofModel?: number;
	/** The option that may be given in place of this one. */
	readonly orElse?: string;
	/** Offered while typing; other texts are welcome too. */
	readonly suggestions?: readonly string[];
	/** Roles are named in it: a mention of one stands for its id. */
	readonly roles?: true;
	/** The model reads it. Where that knows certain prompts only, these are offered in place of the suggestions. */
	readonly prompt?: true;
	readonly example: string;
}

export interface NumberOption extends Common {
	readonly kind: 'integer' | 'number';
	readonly min: number;
	readonly max: number;
	readonly default?: number;
	readonly example: number;
}

/** Whole numbers separated by commas. */
export interface IntegersOption extends Common {
	readonly kind: 'integers';
	readonly min: number;
	readonly max: number;
	readonly maxCount: number;
	readonly default: readonly number[];
	readonly example: string;
}

/** So many numbers, separated by commas. */
export interface NumbersOption extends Common {
	readonly kind: 'numbers';
	readonly min: number;
	readonly max: number;
	readonly count: number;
	readonly example: string;
}

export interface ChoiceOption<V extends string = string> extends Common {
	readonly kind: 'choice';
	readonly choices: readonly V[];
	/** What each choice is, in a few words, where the summary has no room for it. */
	readonly meanings?: Readonly<Record<V, string>>;
	readonly default: V;
}

/** Names out of a table, separated by commas. */
export interface NamesOption extends Common {
	readonly kind: 'names';
	readonly choices: readonly string[];
	/** Why a name that people try can be no choice, as half a sentence; undefined where nothing is known of it. */
	readonly reasonAgainst?: (name: string) => string | undefined;
	readonly maxCount: number;
	readonly default: readonly string[];
}

/** Something to switch on; off when absent. */
export interface FlagOption extends Common {
	readonly kind: 'flag';
}

/** A picture: a file on the command line, an attachment in chat. */
export interface ImageOption extends Common {
	readonly kind: 'image';
}

/** A file of prompt embeddings, sent as a picture is. */
export interface EmbeddingsOption extends Common {
	readonly kind: 'embeddings';
}

/** What people send as a file. */
export type UploadOption = ImageOption | EmbeddingsOption;
export type UploadKind = UploadOption['kind'];

/** One of the installed models of one stage; the runner's first when absent. */
export interface ModelOption extends Common {
	readonly kind: 'model';
	/** 1, the default, makes pictures out of noise; 2 enlarges them. */
	readonly stage?: ModelSummary['stage'];
}

/** Seeds all randomness; drawn when absent. */
export interface SeedOption extends Common {
	readonly kind: 'seed';
	readonly example: number;
}

/**
 * Somebody, as in `USER_EXAMPLE`, and "|" and a name behind it where one is known. A platform puts its own way of
 * naming people (an option of its own, a mention) into this form.
 */
export interface UserOption extends Common {
	readonly kind: 'user';
}

export type OptionSpec =
	| TextOption
	| NumberOption
	| IntegersOption
	| NumbersOption
	| ChoiceOption
	| NamesOption
	| FlagOption
	| UploadOption
	| ModelOption
	| SeedOption
	| UserOption;

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** How somebody is written where no platform has its own way: the one place that shows whom commands may be given. */
export const USER_EXAMPLE = 'discord:80351110224678912';

export const isUpload = (spec: OptionSpec | undefined): spec is UploadOption =>
	spec?.kind === 'image' || spec?.kind === 'embeddings';

/** A value as a platform hands it over: text as typed, a number, or a stored upload. */
export type RawValue = string | number | Upload;
export type RawOptions = Readonly<Record<string, RawValue | undefined>>;

/** A file that was checked and stored on its way in: of a picture what it shows, turned upright. */
export interface Upload {
	readonly blob: BlobRef;
	/** The file's name as the user knows it. */
	readonly name: string;
	/** A sentence on what of the file was taken, where that is not all of it. */
	readonly note?: string;
	/** Of a picture that was made smaller on its way in: its size before, in pixels. */
	readonly sentSize?: PictureSize;
}

/** In pixels. */
export interface PictureSize {
	readonly width: number;
	readonly height: number;
}

/** Somebody on a platform. */
export interface Person {
	/** Unique over all platforms, as `USER_EXAMPLE`. */
	readonly id: string;
	/** As people know them; the id where nothing better is known. */
	readonly name: string;
}

type Present<S extends Common, T> = S extends { required: true } | { default: unknown } ? T : T | undefined;

/** The checked value of an option. */
type ValueOf<S extends OptionSpec> = S extends TextOption
	? Present<S, string>
	: S extends NumberOption
		? Present<S, number>
		: S extends IntegersOption
			? readonly number[]
			: S extends NumbersOption
				? Present<S, readonly number[]>
				: S extends ChoiceOption<infer V>
					? V
					: S extends NamesOption
						? readonly string[]
						: S extends FlagOption
							? boolean
							: S extends UploadOption
								? Present<S, Upload>
								: S extends ModelOption
									? ModelSummary
									: S extends SeedOption
										? number
										: S extends UserOption
											? Present<S, Person>
											: never;

export type Values<S extends OptionSpecs> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** Prompts longer than this are refused; a text encoder reads the first tokens, some 300 characters, of them. */
export const MAX_PROMPT_CHARACTERS = 1000;
