/** What the fake Slack knows: messages, files, forms, and the faults that a test has asked for. */
import { Violations } from '../facts.ts';

export const TEAM = 'T0CLASS';
export const APP = 'A0FLIP';
export const BOT_USER = 'U0FLIP';
export const BOT_TOKEN = 'xoxb-1-fake-bot-token';
/** Names its app, as Slack's do. */
export const APP_TOKEN = `xapp-1-${APP}-1-fake`;
export const SIGNING_SECRET = 'fake-signing-secret';

export const CHANNEL = 'C0IMAGES';

export interface FakeUser {
	readonly id: string;
	readonly name: string;
	readonly admin?: boolean;
	/** Is deactivated. */
	readonly left?: boolean;
}

export const STUDENT: FakeUser = { id: 'U0STUDENT', name: 'student' };
export const OTHER: FakeUser = { id: 'U0OTHER', name: 'other' };
export const TEACHER: FakeUser = { id: 'U0TEACHER', name: 'teacher', admin: true };

export interface Upload {
	readonly name: string;
	readonly type: string;
	readonly bytes: Uint8Array;
	/** What Slack says of it, if not the truth. */
	readonly claims?: Readonly<Record<string, unknown>>;
}

export interface FakeFile {
	readonly id: string;
	readonly name: string;
	readonly altText?: string;
	readonly title?: string;
	/** As declared before the bytes came. */
	readonly length: number;
	type: string;
	bytes: Uint8Array;
	/** When Slack has looked at it, as performance.now(); undefined until the upload is complete. */
	readyAt?: number;
	/** Where its upload shared it. */
	channel?: string;
	thread?: string;
	/** The messages that show it. */
	readonly shares: { readonly channel: string; readonly ts: string }[];
	deleted: boolean;
	readonly claims: Readonly<Record<string, unknown>>;
}

export interface FakeButton {
	readonly type: 'button';
	readonly action_id: string;
	readonly value: string;
	readonly text: { readonly text: string };
	readonly style?: string;
}

export interface FakeBlock {
	readonly type: string;
	readonly block_id?: string;
	readonly alt_text?: string;
	readonly slack_file?: { readonly id: string };
	// biome-ignore lint/suspicious/noExplicitAny: every kind of block has other elements
	readonly elements?: any[];
	// biome-ignore lint/suspicious/noExplicitAny: as above
	readonly [more: string]: any;
}

/** One state of a message, in the order in which people saw them. */
export interface Version {
	/** In milliseconds, as performance.now(). */
	readonly at: number;
	readonly text: string;
	readonly blocks: readonly FakeBlock[];
}

export interface FakeMessage {
	readonly ts: string;
	readonly channel: string;
	readonly thread?: string;
	/** Whom it is shown to, when not to everybody. */
	readonly onlyTo?: string;
	text: string;
	blocks: FakeBlock[];
	/** The files that people see in it: not every one that a block names. */
	shows: readonly string[];
	/** What notifies somebody, as Slack would find it. */
	readonly pings: string[];
	deleted: boolean;
	readonly versions: Version[];
}

export interface FakeView {
	readonly id: string;
	readonly callback_id: string;
	readonly private_metadata: string;
	readonly title: { readonly text: string };
	readonly blocks: FakeBlock[];
}

export interface Call {
	readonly method: string;
	readonly args: Record<string, unknown>;
	readonly token: string | undefined;
	/** In milliseconds, as performance.now(). */
	readonly at: number;
}

/** A refusal in Slack's words, with what belongs to it. */
export interface Fault {
	readonly error: string;
	readonly needed?: string;
	readonly times?: number;
}

export class World {
	readonly messages = new Map<string, FakeMessage>();
	readonly files = new Map<string, FakeFile>();
	readonly views: FakeView[] = [];
	readonly calls: Call[] = [];
	/** Calls that are not as Slack documents them. */
	readonly violations = new Violations();
	/** How often each response_url was used. */
	readonly responses = new Map<string, number>();
	readonly users: FakeUser[] = [STUDENT, OTHER, TEACHER];
	readonly channels = new Map<string, { readonly kind?: 'public' | 'private'; readonly archived?: boolean }>([
		[CHANNEL, {}],
	]);
	/** The members of each user group. */
	readonly groups = new Map<string, readonly string[]>();

	/** Faults. Calls of these methods are refused. */
	readonly faults = new Map<string, Fault>();
	/** The next call of this method gets a 429. */
	rateLimitNext: string | undefined;
	/** Calls of a method in a second beyond so many get a 429. */
	readonly perSecond = new Map<string, number>();
	/** How long an acknowledgement is waited for. */
	ackMs = 3000;
	/** The next calls of a method, so many, get a 500. */
	readonly broken = new Map<string, number>();
	/** How long Slack looks at an uploaded file. */
	lookMs = 0;
	/** Picture blocks are refused, however long one waits. */
	refusePictures = false;
	/** New messages are taken, and the pictures in their blocks are not shown. */
	hidePictures = false;
	/** Channels that the bot is no member of. */
	readonly notIn = new Set<string>();
	/** Whoever fetches a file gets the login page. */
	loginPage = false;
	/** How long a trigger opens a form. */
	triggerMs = 3000;
	/** What the app was installed with, as Slack says in a header; undefined: nothing is said. */
	scopes: readonly string[] | undefined;
	botToken = BOT_TOKEN;
	appToken = APP_TOKEN;

	#count = 0;

	newId(kind: string): string {
		this.#count += 1;
		return `${kind}0${String(this.#count).padStart(6, '0')}`;
	}

	newTs(): string {
		this.#count += 1;
		return `1800000000.${String(this.#count).padStart(6, '0')}`;
	}

	addFile(upload: Upload): FakeFile {
		const { name, type, bytes, claims = {} } = upload;
		const id = this.newId('F');
		const file: FakeFile = {
			id,
			name,
			type,
			bytes,
			length: bytes.length,
			readyAt: 0,
			shares: [],
			deleted: false,
			claims,
		};
		this.files.set(id, file);
		return file;
	}

	/** Messages that are still there, the oldest first; those of one person's eyes only with `onlyTo`. */
	shown(onlyTo?: string): FakeMessage[] {
		return [...this.messages.values()].filter((message) => !message.deleted && message.onlyTo === onlyTo);
	}
}
