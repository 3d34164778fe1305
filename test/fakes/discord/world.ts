/** What the fake Discord knows: messages, interactions, files, and the faults that a test has asked for. */
import { Violations } from '../facts.ts';

export const APPLICATION = '100000000000000001';
export const GUILD = '200000000000000001';
export const CHANNEL = '300000000000000001';
/** Of that channel. */
export const THREAD = '300000000000000002';
export const BOT_TOKEN = 'MTAwMDAw.Gfake0.a-token_for-the-fake';

/** Message flags. */
export const EPHEMERAL = 1 << 6;
export const LOADING = 1 << 7;

export interface Upload {
	readonly name: string;
	readonly type: string;
	readonly bytes: Uint8Array;
	/** What Discord says its size is, if not the truth. */
	readonly claimedSize?: number;
	/** Where Discord says it lies, if not on the fake's own file server. */
	readonly claimedUrl?: string;
}

export interface FakeAttachment extends Upload {
	readonly id: string;
	readonly description: string | undefined;
	readonly spoiler: boolean;
	/** On the fake's file server. */
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

/** One state of a message, in the order in which people saw them. */
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
	/** User ids that got a notification. */
	pinged: string[];
	deleted: boolean;
	readonly versions: Version[];
	/** Who wrote it; absent: the bot. */
	readonly author?: FakeUser;
	/** The thread that it is in. */
	thread?: string;
	/** What Discord's clients show of links, and of messages that this one forwards. */
	embeds?: readonly object[];
	/** As Discord sends them. */
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
	/** How long the bot took for it, in milliseconds. */
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
	/** Has the bot as an app of their own; the server has not installed it. */
	readonly visitor?: boolean;
	/** Writes to the bot in private, outside any server. */
	readonly direct?: boolean;
	/** Asks in a private group, to which the bot does not belong. */
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
	/** Requests that are not as Discord documents them. */
	readonly violations = new Violations();
	commands: { id: string; name: string; type: number; options?: { name: string; required?: boolean }[] }[] = [];

	/** Faults. The next request whose path holds this text gets a 429. */
	rateLimitNext: string | undefined;
	/** Edits with a file by this name are refused as invalid. */
	refuseFile: string | undefined;
	/** So many of the next requests whose path holds this text are answered with an error of Discord's own. */
	trouble: { readonly path: string; left: number } = { path: '', left: 0 };
	/** So many of the next answers to requests whose path holds this text are lost: an error of a gateway's, or none at all. */
	lost: { readonly path: string; left: number; readonly how: 'gateway error' | 'cut off' } = {
		path: '',
		left: 0,
		how: 'cut off',
	};
	/** The largest file that is taken. */
	maxFileBytes = 10 * 2 ** 20;
	/** The largest file that is taken with the bot's own token, which may be less. */
	botMaxFileBytes = Number.POSITIVE_INFINITY;
	/** Acknowledgements do not say which message they have made. */
	callbackNamesNone = false;
	/** The bot's own token is refused in the channel with this code, whatever interactions say. */
	botRefusal: number | undefined;
	/** Whether messages that are older than an hour can be edited: after a few times Discord refuses it. */
	oldEdits: 'taken' | 'refused' = 'taken';
	/** Threads, by the ids of the messages that they begin at. */
	readonly threads = new Map<string, { readonly name: string }>();
	/** How long an interaction may wait for its acknowledgement. */
	ackMs = 3000;
	/** Every interaction's token has run out. */
	tokensExpired = false;
	/** The bot's own token opens the channel, and interactions say so. */
	botInChannel = true;
	/** The servers that have installed the bot, each with its roles, of which the first is @everyone. */
	readonly servers = new Map<string, readonly string[]>([[GUILD, [GUILD]]]);
	/** The application's settings in the portal. */
	application: Record<string, unknown> = {
		bot_public: true,
		interactions_endpoint_url: null,
		bot_require_code_grant: false,
		approximate_guild_count: 1,
		integration_types_config: { 0: {}, 1: {} },
	};
	/** Permission bits that the bot has not in the channel. */
	botLacks = 0n;
	/** The kind of the channel that people are in; 0 = of a server. They are in THREAD where it is that of a thread. */
	channelType = 0;
	/** The token that the gateway and the API take. */
	botToken = BOT_TOKEN;

	#lastId = 900_000_000_000_000_000n;

	/** Discord's ids hold their time of birth. */
	newId(): string {
		const born = (BigInt(Date.now()) - 1_420_070_400_000n) << 22n;
		this.#lastId = born > this.#lastId ? born : this.#lastId + 1n;
		return String(this.#lastId);
	}

	/** Where people are. */
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
