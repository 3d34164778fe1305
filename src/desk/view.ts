/** What the desk shows: each request as it stands now, and what a press on one of its buttons leads to. */
import type { Attachment, Figure } from '../../commands/lib/command.ts';
import type { Person, RawOptions, Upload } from '../../commands/lib/options.ts';
import type { MessageRef, RequestState } from '../store/records.ts';

/** What a message says whose request goes on after the next start. */
export const RESTARTING = 'The bot is restarting; this goes on by itself.';

/** Everything about one request that a platform shows, as of now. The desk sends it anew whenever something changes. */
export interface MessageView {
	readonly requestId: string;
	readonly state: RequestState;
	/** What was asked: "/generate a photo of a dog". */
	readonly title: string;
	/** Who asked, or pressed the button that led here; absent where only they see it. */
	readonly asker?: Person;
	/** Who had asked for the pictures, where they are only shown otherwise to the asker. */
	readonly madeFor?: Person;
	/** It is over, and took so long that the asker is to hear of it. */
	readonly waitedLong?: true;
	/** Plain text: the position in the waiting line, the result's sentence, or what went wrong. */
	readonly text: string;
	readonly progress?: Progress;
	/**
	 * When it will probably start (while waiting) and end, in milliseconds since 1970; absent where nothing is known. The text
	 * does not say it: a platform without timestamps of its own adds it in words.
	 */
	readonly eta?: { readonly startsAt?: number; readonly endsAt: number };
	/** Pictures that it came with, once they are here; absent: none. */
	readonly inputs?: readonly Upload[];
	readonly figures: readonly Figure[];
	readonly attachments?: readonly Attachment[];
	/** To be shown for good, beside the message, where there is a place for it; only the state that it comes with has it. */
	readonly milestone?: { readonly text: string; readonly figures: readonly Figure[] };
	readonly buttons: readonly Button[];
	/** Only the person who asked should see it, where the platform can do that. */
	readonly personal: boolean;
	/** Pictures are hidden until somebody clicks, where the platform can do that. */
	readonly spoiler?: true;
}

/** Whether anything is still to come of the request. */
export const isOpen = ({ state }: Pick<MessageView, 'state'>) => state === 'waiting' || state === 'running';

export interface Progress {
	readonly done: number;
	readonly total: number;
	/** What the picture looks like without its noise so far, a small PNG. */
	readonly preview?: Uint8Array;
}

export interface Button {
	/** `v1:<action>:<requestId>[:index]`, at most 100 characters, the limit of the strictest platform. */
	readonly id: string;
	readonly label: string;
	readonly style: 'primary' | 'secondary' | 'danger';
}

/** Takes every new state of a message. It is called often and never awaited: platforms throttle, the newest state wins. */
export type Show = (view: MessageView) => void;

/** What a press on a button leads to. */
export type PressOutcome =
	/** A message of the presser's own: call `open` with where that is; without one it does not outlive the bot. */
	| { readonly type: 'request'; readonly open: (show: Show, messageRef?: MessageRef) => Promise<MessageView> }
	/** The form of this command, filled in so far; what the person sends is a request of their own. */
	| { readonly type: 'form'; readonly command: string; readonly options: RawOptions }
	/** The pressed message goes away, and the presser is told this. */
	| ({ readonly type: 'delete' } & Whisper)
	| ({ readonly type: 'whisper' } & Whisper);

/** What only the presser sees. */
export interface Whisper {
	readonly text: string;
	readonly buttons?: readonly Button[];
}

/** A platform as far as the desk knows one. */
export interface DeskPlatform {
	/** Under which its messages are stored. */
	readonly name: string;
	/**
	 * Takes up a message that was written before the bot was last stopped, and keeps it up to date from the request's first
	 * state to its last. Absent: its messages do not outlive the bot.
	 */
	follow?(messageRef: MessageRef, open: (show: Show) => Promise<MessageView>): Promise<void>;
	/** Tells the people in charge of a report on that message; absent: reports are only stored. */
	report?(text: string, messageRef: MessageRef): Promise<void>;
}
