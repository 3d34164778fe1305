/** The JSON that the console's server and its page exchange. Types only, because both sides import them. */
import type { OptionSpec, RawOptions } from '../../../commands/lib/options.ts';
import type { ModelSummary } from '../../../gpu/queue/runner.ts';

export interface WireRegistry {
	readonly commands: readonly WireCommand[];
	readonly examples: readonly WireExample[];
	/** The size of the largest file that is accepted. */
	readonly maxUploadBytes: number;
	readonly maxSeed: number;
}

/** A request for the first visit. */
export interface WireExample {
	readonly title: string;
	readonly line: string;
	/** The address of the picture that it makes. */
	readonly picture: string;
	/** A file that the line names. */
	readonly upload?: { readonly url: string; readonly name: string };
	/** Turns the picture over to show its other reading. */
	readonly flips?: true;
}

export interface WireCommand {
	readonly name: string;
	readonly summary: string;
	/** What to type after the name, as an example. */
	readonly example: string;
	/** Whether it makes pictures; the others answer with text. */
	readonly makesPictures: boolean;
	readonly options: readonly WireOption[];
}

export interface WireOption {
	readonly name: string;
	readonly spec: OptionSpec;
	/** The values that it takes, in words: "a whole number from 1 to 9, for example 4". */
	readonly hint: string;
}

export interface WireModel {
	readonly name: string;
	readonly summary: string;
	readonly stage: ModelSummary['stage'];
}

/** The prompts that a model knows. */
export interface WirePrompts {
	/** Prompts to suggest: the only ones that it can read, or the ones that it was taught; absent if neither applies. */
	readonly known?: readonly string[];
}

/** The person at this browser. */
export interface WireMe {
	readonly id: string;
	readonly name: string;
	readonly staff: boolean;
	/** For staff: the address that lets others in without the rights of staff. */
	readonly guests?: string;
}

export interface WireMessage {
	readonly id: string;
	readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
	/** The request: "/generate a photo of a dog". */
	readonly title: string;
	/** Who asked, in a sentence; empty if that is obvious. */
	readonly asker: string;
	/** The id of the person who asked. */
	readonly owner: string;
	/** Only the owner sees it. */
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
	/** A data: URL, since previews are small and short-lived. */
	readonly preview?: string;
}

export interface WirePicture {
	readonly url: string;
	readonly width: number;
	readonly height: number;
	readonly alt: string;
	readonly filename: string;
	/** What it can be compared with. */
	readonly against?: WireCounterpart;
	/** How many of its pixels a side make up one of the model's; 1 if absent. */
	readonly factor?: number;
}

export interface WireCounterpart {
	readonly url: string;
	/** What to call the picture, and what to call its counterpart. */
	readonly labels: readonly [picture: string, counterpart: string];
	/** The counterpart is the same picture, seen through a view. */
	readonly turned?: true;
}

/** A file that is not a picture. */
export interface WireFile {
	readonly url: string;
	readonly name: string;
}

export interface WireButton {
	readonly id: string;
	readonly label: string;
	readonly style: 'primary' | 'secondary' | 'danger';
}

/** A past result. */
export interface WireResult {
	readonly id: string;
	/** The request as a typed line. */
	readonly line: string;
	/** In milliseconds since 1970. */
	readonly created: number;
	readonly pictures: readonly WirePicture[];
}

export interface WireResults {
	readonly results: readonly WireResult[];
	/** Present if there are older results: those from before this time. */
	readonly more?: number;
}

/** What the event stream sends: everything at first, then the changes, several at a time. */
export type WireEvent =
	| { readonly type: 'all'; readonly messages: readonly WireMessage[] }
	| { readonly type: 'changed'; readonly messages: readonly WireMessage[]; readonly gone: readonly string[] };

/** The answer to a request: its message, or why it was refused, in one sentence. */
export type WireAnswer = { readonly id: string } | { readonly error: string };

/** The answer to a press. Only the person who pressed sees a whisper. */
export interface WirePressed {
	/** The message of the request that it opened. */
	readonly id?: string;
	readonly whisper?: string;
	/** The whisper's buttons. */
	readonly buttons?: readonly WireButton[];
	/** The form to open, already filled in. */
	readonly form?: { readonly command: string; readonly options: RawOptions };
}
