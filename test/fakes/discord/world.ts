/** The state of the fake Discord: messages, interactions, files, and the faults that a test injects. */
import { Violations } from '../facts.ts';

export const APPLICATION = '100000000000000001';
export const GUILD = '200000000000000001';
export const CHANNEL = '300000000000000001';
/** A thread in CHANNEL. */
export const THREAD = '300000000000000002';
export const BOT_TOKEN = 'MTAwMDAw.Gfake0.a-token_for-the-fake';

/** Message flags. */
export const EPHEMERAL = 1 << 6;
export const LOADING = 1 << 7;

export interface Upload {
	readonly name: string;
	readonly type: string;
	readonly bytes: Uint8Array;
	/** The size that Discord claims, if it is wrong. */
	readonly claimedSize?: number;
	/** The address that Discord claims, if not on the fake's file server. */
	readonly claimedUrl?: string;
}

export interface FakeAttachment extends Upload {
	readonly id: string;
	readonly description: string | undefined;
	readonly spoiler: boolean;
	/** The path on the fake's file server. */
	readonly path: string;
}

export interface FakeButton {
	readonly custom_id: string;
	readonly label: string;
	readonly style: number;
}

/** A field of a form. */
export interface FakeField {
	readonly type: number;
	readonly custom_id: string;
	readonly required?: boolean;
	readonly value?: string;
	readonly default?: boolean;
	readonly max_length?: number;
	readonly min_values?: number;
	readonly options?: readonly { readonly label: string; readonly value: string; readonly default?: boolean }[];
}

/** A form that the bot shows. */
export interface FakeModal {
	readonly custom_id: string;
	readonly title: string;
	readonly components: readonly {
		readonly type: number;
		readonly label: string;
		readonly description?: string;
		readonly component: FakeField;
	}[];
}

/** A state of a message as people saw it. */
export interface Version {
	/** In milliseconds, as performance.now(). */
	readonly at: number;
	readonly content: string;
	readonly files: readonly FakeAttachment[];
	readonly by: 'interaction token' | 'bot token';
}

export interface FakeMessage {
	readonly id: string;
	content: string;
	flags: number;
	attachments: FakeAttachment[];
	components: { type: 1; components: FakeButton[] }[];
	/** Ids of the users who were notified. */
	pinged: string[];
	deleted: boolean;
	readonly versions: Version[];
	/** The author, unless it is the bot. */
	readonly author?: FakeUser;
	/** The thread that it is in. */
	thread?: string;
	/** Previews of links. */
	embeds?: readonly object[];
	/** The messages that this one forwards, as Discord sends them. */
	forwarded?: readonly object[];
}

export interface FakeInteraction {
	readonly id: string;
	readonly token: string;
	readonly type: number;
	readonly createdAt: number;
	/** The message that a button was pressed on. */
	readonly pressed?: FakeMessage;
	/** The callback, once the bot has acknowledged. */
	callback?: {
		readonly type: number;
		readonly data?: Partial<FakeModal> & { choices?: { name: string; value: string }[] };
	};
	/** How long the bot took to acknowledge, in milliseconds. */
	ackAfter?: number;
	/** The message called @original. */
	original?: FakeMessage;
	readonly followUps: FakeMessage[];
}

export interface FakeUser {
	readonly id: string;
	readonly name: string;
	/** May manage the server. */
	readonly manager?: boolean;
	/** Uses the bot as a personal app; the server has not installed it. */
	readonly visitor?: boolean;
	/** Writes to the bot in private, outside any server. */
	readonly direct?: boolean;
	/** Asks in a private group that the bot is not in. */
	readonly group?: boolean;
	/** Ids of the roles in the server. */
	readonly roles?: readonly string[];
}

export interface RecordedRequest {
	readonly method: string;
	readonly path: string;
	readonly body: Record<string, unknown>;
	readonly files: readonly Upload[];
	readonly authorization: string | undefined;
}

export class World {
	readonly interactions: FakeInteraction[] = [];
	readonly messages = new Map<string, FakeMessage>();
	readonly files = new Map<string, Upload>();
	readonly requests: RecordedRequest[] = [];
	/** Undocumented requests. */
	readonly violations = new Violations();
	commands: { id: string; name: string; type: number; options?: { name: string; required?: boolean }[] }[] = [];

	/** Faults. The next request whose path contains this text gets a 429. */
	rateLimitNext: string | undefined;
	/** Edits with a file of this name are rejected as invalid. */
	refuseFile: string | undefined;
	/** The next `left` requests whose path contains this text get a server error. */
	trouble: { readonly path: string; left: number } = { path: '', left: 0 };
	/** The next `left` responses to requests whose path contains this text are lost: replaced by a gateway error, or cut off. */
	lost: { readonly path: string; left: number; readonly how: 'gateway error' | 'cut off' } = {
		path: '',
		left: 0,
		how: 'cut off',
	};
	/** The largest file that is accepted. */
	maxFileBytes = 10 * 2 ** 20;
	/** The largest file that is accepted with the bot's own token, if less. */
	botMaxFileBytes = Number.POSITIVE_INFINITY;
	/** Responses to acknowledgements do not name the new message. */
	callbackNamesNone = false;
	/** The bot's own token is rejected in the channel with this code, whatever interactions say. */
	botRefusal: number | undefined;
	/** Whether messages older than an hour can be edited. Discord rejects that after a few times. */
	oldEdits: 'taken' | 'refused' = 'taken';
	/** Threads, by the ids of the messages that they start from. */
	readonly threads = new Map<string, { readonly name: string }>();
	/** The time within which an interaction must be acknowledged. */
	ackMs = 3000;
	/** All interaction tokens have expired. */
	tokensExpired = false;
	/** The bot's own token has access to the channel, and interactions say so. */
	botInChannel = true;
	/** The servers that have installed the bot, with their roles, @everyone first. */
	readonly servers = new Map<string, readonly string[]>([[GUILD, [GUILD]]]);
	/** The application's settings in the developer portal. */
	application: Record<string, unknown> = {
		bot_public: true,
		interactions_endpoint_url: null,
		bot_require_code_grant: false,
		approximate_guild_count: 1,
		integration_types_config: { 0: {}, 1: {} },
	};
	/** Permission bits that the bot lacks in the channel. */
	botLacks = 0n;
	/** The type of the channel that people are in; 0 for a server's text channel. For a thread's type they are in THREAD. */
	channelType = 0;
	/** The token that the gateway and the API accept. */
	botToken = BOT_TOKEN;

	#lastId = 900_000_000_000_000_000n;

	/** Discord's ids contain the time of creation. */
	newId(): string {
		const born = (BigInt(Date.now()) - 1_420_070_400_000n) << 22n;
		this.#lastId = born > this.#lastId ? born : this.#lastId + 1n;
		return String(this.#lastId);
	}

	/** The channel or thread that people are in. */
	get place(): { readonly id: string; readonly type: number; readonly parent_id?: string } {
		const type = this.channelType;
		return [10, 11, 12].includes(type) ? { id: THREAD, type, parent_id: CHANNEL } : { id: CHANNEL, type };
	}

	newMessage(flags: number, author?: FakeUser): FakeMessage {
		const message: FakeMessage = {
			id: this.newId(),
			content: '',
			flags,
			attachments: [],
			components: [],
			pinged: [],
			deleted: false,
			versions: [],
			author,
			thread: this.place.parent_id && this.place.id,
		};
		this.messages.set(message.id, message);
		return message;
	}

	addFile(file: Upload): { id: string; path: string } {
		const id = this.newId();
		const path = `attachments/${CHANNEL}/${id}/${file.name}`;
		this.files.set(path, file);
		return { id, path };
	}
}
