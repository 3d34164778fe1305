/** What the desk shows: the current state of each request, and the outcome of a press on one of its buttons. */
import type { Attachment, Figure } from '../../commands/lib/command.ts';
import type { Person, RawOptions, Upload } from '../../commands/lib/options.ts';
import type { MessageRef, RequestState } from '../store/records.ts';

/** The text of a message whose request continues after the next start. */
export const RESTARTING = 'The bot is restarting; this will continue by itself.';

/** Everything that a platform shows of one request at one moment. The desk sends a new view whenever something changes. */
export interface MessageView {
	readonly requestId: string;
	readonly state: RequestState;
	/** The request as typed: "/generate a photo of a dog". */
	readonly title: string;
	/** The person who asked or pressed the button; absent if only they see the message. */
	readonly asker?: Person;
	/** The person who asked for the pictures, if they are only shown to the asker in another way. */
	readonly madeFor?: Person;
	/** It has ended, and took long enough that the asker should be notified. */
	readonly waitedLong?: true;
	/** Plain text: the position in the waiting line, the result's sentence, or what went wrong. */
	readonly text: string;
	/** The text of a result without the settings and scores that Details tells, where it had such. */
	readonly caption?: string;
	/** Why it does not get on at present, whoever else does, in one sentence; the text has it too. */
	readonly standstill?: string;
	readonly progress?: Progress;
	/**
	 * When it will probably start (while waiting) and end, in milliseconds since 1970; absent if nothing is known. The text does
	 * not include it: a platform without its own timestamps adds it in words.
	 */
	readonly eta?: { readonly startsAt?: number; readonly endsAt: number };
	/** The request's input pictures, once they have arrived; absent if there are none. */
	readonly inputs?: readonly Upload[];
	readonly figures: readonly Figure[];
	readonly attachments?: readonly Attachment[];
	/** To be shown permanently alongside the message, where there is a place for it. It is part of one view only. */
	readonly milestone?: { readonly text: string; readonly figures: readonly Figure[] };
	readonly buttons: readonly Button[];
	/** Only the person who asked should see it, where the platform can do that. */
	readonly personal: boolean;
	/** Pictures are hidden until somebody clicks, where the platform can do that. */
	readonly spoiler?: true;
}

/** Whether the request has yet to end. */
export const isOpen = ({ state }: Pick<MessageView, 'state'>) => state === 'waiting' || state === 'running';

export interface Progress {
	readonly done: number;
	readonly total: number;
	/** The current estimate of the picture without noise, as a small PNG. */
	readonly preview?: Uint8Array;
}

export interface Button {
	/** `v1:<action>:<requestId>[:index]`, at most 100 characters, the strictest platform's limit. */
	readonly id: string;
	readonly label: string;
	readonly style: 'primary' | 'secondary' | 'danger';
}

/** Receives each new view of a message. Called often and never awaited: platforms throttle, and the newest view wins. */
export type Show = (view: MessageView) => void;

/** The outcome of a button press. */
export type PressOutcome =
	/** A new message for the presser: call `open` with its reference; without one it does not survive a restart. */
	| { readonly type: 'request'; readonly open: (show: Show, messageRef?: MessageRef) => Promise<MessageView> }
	/** The command's form, partly filled in; submitting it is a new request by the presser. */
	| { readonly type: 'form'; readonly command: string; readonly options: RawOptions }
	/** The message is deleted, and the presser sees this text. */
	| ({ readonly type: 'delete' } & Whisper)
	| ({ readonly type: 'whisper' } & Whisper);

/** What only the presser sees. */
export interface Whisper {
	readonly text: string;
	readonly buttons?: readonly Button[];
}

/** What the desk needs of a platform. */
export interface DeskPlatform {
	/** The name under which its messages are stored. */
	readonly name: string;
	/**
	 * Resumes a message written before the bot last stopped, and keeps it up to date until its request ends. Absent if the
	 * platform's messages do not survive a restart.
	 */
	follow?(messageRef: MessageRef, open: (show: Show) => Promise<MessageView>): Promise<void>;
	/** Passes a report about a message on to staff; absent if reports are only stored. */
	report?(text: string, messageRef: MessageRef): Promise<void>;
}
