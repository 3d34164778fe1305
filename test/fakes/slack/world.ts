/** The state of the fake Slack: messages, files, forms, and the faults that a test injects. */
import { Violations } from '../facts.ts';

export const TEAM = 'T0CLASS';
export const APP = 'A0FLIP';
export const BOT_USER = 'U0FLIP';
export const BOT_TOKEN = 'xoxb-1-fake-bot-token';
/** Contains its app's id, like Slack's. */
export const APP_TOKEN = `xapp-1-${APP}-1-fake`;
export const SIGNING_SECRET = 'fake-signing-secret';

export const CHANNEL = 'C0IMAGES';

export interface FakeUser {
	readonly id: string;
	readonly name: string;
	readonly admin?: boolean;
	/** Whether the account is deactivated. */
	readonly left?: boolean;
}

export const STUDENT: FakeUser = { id: 'U0STUDENT', name: 'student' };
export const OTHER: FakeUser = { id: 'U0OTHER', name: 'other' };
export const TEACHER: FakeUser = { id: 'U0TEACHER', name: 'teacher', admin: true };

export interface Upload {
	readonly name: string;
	readonly type: string;
	readonly bytes: Uint8Array;
	/** Fields that Slack claims falsely. */
	readonly claims?: Readonly<Record<string, unknown>>;
}

export interface FakeFile {
	readonly id: string;
	readonly name: string;
	readonly altText?: string;
	readonly title?: string;
	/** The length declared before the upload. */
	readonly length: number;
	type: string;
	bytes: Uint8Array;
	/** When Slack has processed it, as performance.now(); undefined until the upload is complete. */
	readyAt?: number;
	/** The channel in which the upload shared it. */
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

/** A state of a message as people saw it. */
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
	/** The only user who sees it, if it is ephemeral. */
	readonly onlyTo?: string;
	text: string;
	blocks: FakeBlock[];
	/** The files that people see in it, which are not always all that its blocks name. */
	shows: readonly string[];
	/** What Slack would notify people about. */
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

/** An error in Slack's words, with its details. */
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
	/** Undocumented calls. */
	readonly violations = new Violations();
	/** How often each response_url was used. */
	readonly responses = new Map<string, number>();
	readonly users: FakeUser[] = [STUDENT, OTHER, TEACHER];
	readonly channels = new Map<string, { readonly kind?: 'public' | 'private'; readonly archived?: boolean }>([
		[CHANNEL, {}],
	]);
	/** The members of each user group. */
	readonly groups = new Map<string, readonly string[]>();

	/** Faults. Calls of these methods are rejected. */
	readonly faults = new Map<string, Fault>();
	/** The next call of this method gets a 429. */
	rateLimitNext: string | undefined;
	/** The most calls of a method per second; more get a 429. */
	readonly perSecond = new Map<string, number>();
	/** The time within which an envelope must be acknowledged. */
	ackMs = 3000;
	/** This many of a method's next calls get a 500. */
	readonly broken = new Map<string, number>();
	/** How long Slack takes to process an uploaded file. */
	lookMs = 0;
	/** Picture blocks are rejected, however long one waits. */
	refusePictures = false;
	/** New messages are accepted, but the pictures in their blocks are not shown. */
	hidePictures = false;
	/** Channels that the bot is not in. */
	readonly notIn = new Set<string>();
	/** Downloads return the login page. */
	loginPage = false;
	/** How long a trigger is valid. */
	triggerMs = 3000;
	/** The app's scopes as Slack gives them in a header; undefined for no header. */
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

	/** Messages that are not deleted, oldest first. Ephemeral ones only with `onlyTo`. */
	shown(onlyTo?: string): FakeMessage[] {
		return [...this.messages.values()].filter((message) => !message.deleted && message.onlyTo === onlyTo);
	}
}
