/** What the console's server and its page say to each other, as JSON. Types only: both sides import them. */
import type { OptionSpec, RawOptions } from '../../../commands/lib/options.ts';
import type { ModelSummary } from '../../../gpu/queue/runner.ts';

export interface WireRegistry {
	readonly commands: readonly WireCommand[];
	readonly examples: readonly WireExample[];
	/** The largest file that is taken. */
	readonly maxUploadBytes: number;
	readonly maxSeed: number;
}

/** A request to begin with. */
export interface WireExample {
	readonly title: string;
	readonly line: string;
	/** The address of what it makes. */
	readonly picture: string;
	/** A file that the line names. */
	readonly upload?: { readonly url: string; readonly name: string };
	/** The picture is seen to turn over. */
	readonly flips?: true;
}

export interface WireCommand {
	readonly name: string;
	readonly summary: string;
	/** What to type after the name, as an example. */
	readonly example: string;
	/** It makes pictures; the others answer with text. */
	readonly makesPictures: boolean;
	readonly options: readonly WireOption[];
}

export interface WireOption {
	readonly name: string;
	readonly spec: OptionSpec;
	/** What it takes, for people: "a whole number from 1 to 9, for example 4". */
	readonly hint: string;
}

export interface WireModel {
	readonly name: string;
	readonly summary: string;
	readonly stage: ModelSummary['stage'];
}

/** What a model reads. */
export interface WirePrompts {
	/** To be offered: the only ones, or what it was taught; absent: nobody says. */
	readonly known?: readonly string[];
}

/** Who sits at this browser. */
export interface WireMe {
	readonly id: string;
	readonly name: string;
	readonly staff: boolean;
	/** For staff: the address by which others come in without their rights. */
	readonly guests?: string;
}

export interface WireMessage {
	readonly id: string;
	readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
	/** What was asked: "/generate a photo of a dog". */
	readonly title: string;
	/** Who asked, in a sentence; empty where that goes without saying. */
	readonly asker: string;
	/** The id of whoever did. */
	readonly owner: string;
	/** Nobody else sees it. */
	readonly alone?: true;
	/** Pictures that came with the request. */
	readonly inputs: readonly WireInput[];
	readonly text: string;
	readonly progress?: WireProgress;
	readonly pictures: readonly WirePicture[];
	/** The pictures are hidden until somebody clicks. */
	readonly spoiler?: true;
	readonly files: readonly WireFile[];
	readonly buttons: readonly WireButton[];
}

export interface WireInput {
	readonly url: string;
	readonly name: string;
}

export interface WireProgress {
	readonly done: number;
	readonly total: number;
	/** A data: URL. Previews are small and short-lived, so they travel with the state that they belong to. */
	readonly preview?: string;
}

export interface WirePicture {
	readonly url: string;
	readonly width: number;
	readonly height: number;
	readonly alt: string;
	readonly filename: string;
	/** What it is held against. */
	readonly against?: WireCounterpart;
	/** So many of its pixels a side show one of the model's; 1 if absent. */
	readonly factor?: number;
}

export interface WireCounterpart {
	readonly url: string;
	/** What the picture is beside it, and what it is. */
	readonly labels: readonly [picture: string, counterpart: string];
	/** It is the same picture, seen through a view. */
	readonly turned?: true;
}

/** A file that is no picture. */
export interface WireFile {
	readonly url: string;
	readonly name: string;
}

export interface WireButton {
	readonly id: string;
	readonly label: string;
	readonly style: 'primary' | 'secondary' | 'danger';
}

/** A result that was made, now or long ago. */
export interface WireResult {
	readonly id: string;
	/** What was asked, as it is typed. */
	readonly line: string;
	/** In milliseconds since 1970. */
	readonly created: number;
	readonly pictures: readonly WirePicture[];
}

export interface WireResults {
	readonly results: readonly WireResult[];
	/** There are older ones: from before this time. */
	readonly more?: number;
}

/** What the event stream sends: first everything, then what changed, several changes at once. */
export type WireEvent =
	| { readonly type: 'all'; readonly messages: readonly WireMessage[] }
	| { readonly type: 'changed'; readonly messages: readonly WireMessage[]; readonly gone: readonly string[] };

/** The answer to a command: the message that it became, or one sentence about why it did not become one. */
export type WireAnswer = { readonly id: string } | { readonly error: string };

/** The answer to a press; a whisper is a sentence for the presser alone. */
export interface WirePressed {
	/** The message that it became. */
	readonly id?: string;
	readonly whisper?: string;
	/** Of the whisper. */
	readonly buttons?: readonly WireButton[];
	/** The form to open, filled in so far. */
	readonly form?: { readonly command: string; readonly options: RawOptions };
}
