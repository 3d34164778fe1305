/**
 * Command options, as data. The commands that chats register, the text parser, forms and /help derive from these specs;
 * only `parseOptions` checks a user's values.
 */
import type { BlobRef } from '../../gpu/jobs/index.ts';
import type { ModelSummary } from '../../gpu/queue/runner.ts';

interface Common {
	/** One line for people, 1..100 characters, the strictest platform's limit. */
	readonly summary: string;
	/** May be given without its name, in the order of the specs. */
	readonly positional?: true;
	readonly required?: true;
	/** Chats have another way to do it. */
	readonly commandLineOnly?: true;
	/** What a form calls it, in a few words that need no explanation; absent: its name. */
	readonly label?: string;
	/**
	 * Whether a form that does not show all at once has it at first sight. Absent: what is required, may be given without its name,
	 * or is a file, is.
	 */
	readonly prominence?: 'high' | 'low';
}

export interface TextOption extends Common {
	readonly kind: 'text';
	/** In characters. */
	readonly maxLength: number;
	/** Used when the text is missing or empty. */
	readonly default?: string;
	/**
	 * Which of the chosen model's default prompts, from 0, takes precedence over `default`. Where a command has several such
	 * options, the defaults apply to all of them or to none: a user who gives one has to give the others.
	 */
	readonly ofModel?: number;
	/** The option that may be given instead of this one. */
	readonly orElse?: string;
	/** Offered while typing; any other text is accepted too. */
	readonly suggestions?: readonly string[];
	/** It names roles: a mention of one stands for its id. */
	readonly roles?: true;
	/** The model reads it. If the model knows only certain prompts, those are offered instead of the suggestions. */
	readonly prompt?: true;
	/** The option `style`, where the command has it, comes before this text. */
	readonly styled?: true;
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

/** Exactly `count` numbers, separated by commas. */
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
	/** What each choice means, in a few words, where the summary has no room for it. */
	readonly meanings?: Readonly<Record<V, string>>;
	readonly default: V;
}

/** Names from a table, separated by commas. */
export interface NamesOption extends Common {
	readonly kind: 'names';
	readonly choices: readonly string[];
	/** Why a name that people try cannot be a choice, as half a sentence; undefined for any other name. */
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

/** A file of prompt embeddings, sent the same way as a picture. */
export interface EmbeddingsOption extends Common {
	readonly kind: 'embeddings';
}

/** An option whose value people send as a file. */
export type UploadOption = ImageOption | EmbeddingsOption;
export type UploadKind = UploadOption['kind'];

/** One of the installed models of one stage; the runner's first when absent. */
export interface ModelOption extends Common {
	readonly kind: 'model';
	/** 1, the default, makes pictures from noise; 2 enlarges them. */
	readonly stage?: ModelSummary['stage'];
}

/** Seeds all randomness; drawn when absent. */
export interface SeedOption extends Common {
	readonly kind: 'seed';
	readonly example: number;
}

/**
 * A person, written as in `USER_EXAMPLE`, then "|" and a name where one is known. Each platform converts its own way of
 * naming people (its own kind of option, a mention) to this form.
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

/** How a person is written where the platform has no way of its own; the only place that spells out this form. */
export const USER_EXAMPLE = 'discord:80351110224678912';

export const isUpload = (spec: OptionSpec | undefined): spec is UploadOption =>
	spec?.kind === 'image' || spec?.kind === 'embeddings';

/** A value as a platform hands it over: text as typed, a number, or a stored upload. */
export type RawValue = string | number | Upload;
export type RawOptions = Readonly<Record<string, RawValue | undefined>>;

/** A file that was checked and stored on its way in; of a picture, only what it shows, turned upright. */
export interface Upload {
	readonly blob: BlobRef;
	/** The file's name as the user knows it. */
	readonly name: string;
	/** A sentence on which part of the file was used, where that is not all of it. */
	readonly note?: string;
	/** The original size of a picture that was shrunk on its way in. */
	readonly sentSize?: PictureSize;
}

/** In pixels. */
export interface PictureSize {
	readonly width: number;
	readonly height: number;
}

/** A person on a platform. */
export interface Person {
	/** Unique across all platforms, in the form of `USER_EXAMPLE`. */
	readonly id: string;
	/** The name people know them by; the id where nothing better is known. */
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

/** Longer prompts are refused; a text encoder reads only the first tokens, some 300 characters. */
export const MAX_PROMPT_CHARACTERS = 1000;
