/** The front desk: takes requests and button presses from every platform, runs commands, and reports back. */
import type { Command } from '../../commands/lib/command.ts';
import { inChats } from '../../commands/lib/in-chats.ts';
import type { Upload, UploadKind } from '../../commands/lib/options.ts';
import type { Syntax } from '../../commands/lib/wording.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { PromptFileStore } from '../store/prompt-files.ts';
import type { MessageKey, MessageRef, RequestRecord, StoredAnswer, User } from '../store/records.ts';
import { fetchAddress } from '../uploads/fetch-address.ts';
import type { Incoming } from '../uploads/incoming.ts';
import { ButtonHandler } from './button-handler.ts';
import { Deletions } from './deletions.ts';
import type { DeskDeps } from './deps.ts';
import { type FilledForm, formOfPicture } from './imprint/read.ts';
import { knownPrompts } from './known-prompts.ts';
import type { Outcome, Place, Request } from './request.ts';
import { Requests } from './requests.ts';
import { type LeftBehind, leftBehind, resume } from './resume.ts';
import type { DeskPlatform, MessageView, PressOutcome, Show } from './view.ts';

export type { DeskDeps } from './deps.ts';
export type { FilledForm } from './imprint/read.ts';
export type { Outcome, Request } from './request.ts';

export interface PastMessage {
	readonly messageRef: MessageRef;
	/** The message's last view. */
	readonly view: MessageView;
}

/** A result as it is stored: its pictures are in the blob store. */
export interface PastResult {
	/** Of its request. */
	readonly id: string;
	/** The request as a person would type it. */
	readonly line: string;
	/** When it was asked for, in milliseconds since 1970. */
	readonly created: number;
	readonly seed: number | undefined;
	readonly figures: StoredAnswer['figures'];
}

export class Desk {
	/** The commands as chats show them. */
	readonly commands: readonly Command[];
	readonly blobs: BlobStore;
	readonly #deps: DeskDeps;
	readonly #requests: Requests;
	readonly #buttons: ButtonHandler;
	readonly #deletions: Deletions;
	/** What the bot left behind when it last stopped. */
	readonly #left: LeftBehind;

	constructor(deps: DeskDeps) {
		this.#deps = deps;
		this.commands = inChats(deps.commands);
		this.blobs = deps.blobs;
		this.#requests = new Requests(deps);
		this.#deletions = new Deletions(deps, this.#requests.writer);
		this.#buttons = new ButtonHandler(deps, this.#requests, this.#deletions);
		this.#left = leftBehind(deps.store);
	}

	/** The models that requests may name, default first. */
	async models() {
		return (await this.#deps.runner.models()).usable;
	}

	/**
	 * Prompts to suggest while this person types, for the model that the command would use: its only prompts, or what it was
	 * trained on; undefined if nothing is known.
	 *
	 * @param options those given so far, of which the model matters
	 */
	async knownPrompts(
		{ command: name, options, user }: Pick<Request, 'command' | 'options' | 'user'>,
		channel: string,
	): Promise<readonly string[] | undefined> {
		const { runner, store } = this.#deps;
		const command = this.commands.find((candidate) => candidate.name === name);
		if (!command) return undefined;
		const files = new PromptFileStore(store.database).of(user.id);
		const settings = this.#requests.moderation.settings(channel);
		return knownPrompts(command, options, { settings, files }, await runner.models());
	}

	/**
	 * Accepts a request and sees it through. Every state goes to `show`, including the last one, with which the promise
	 * resolves. The request is stored before the first.
	 *
	 * Never rejects because of a user's mistake or a failed job: that is a view in state `failed`, and `fault` says whose fault
	 * it was.
	 */
	open(request: Request, show: Show = () => {}): Promise<Outcome> {
		return this.#requests.open(request, show);
	}

	/** Ids of the roles that matter in some channel, for platforms that must look up who has them. */
	allowedRoles(): readonly string[] {
		return this.#requests.moderation.allowedRoles();
	}

	/**
	 * Stores a file that this person sends before there is a request for it.
	 *
	 * @throws {UserError} when they may not send files, it cannot be fetched, or is not of that kind
	 */
	take(kind: UploadKind, incoming: Incoming, user: User): Promise<Upload> {
		return this.#requests.take(kind, incoming, user);
	}

	/** Does the same with the picture at a web address. */
	takeAddress(address: string, user: User): Promise<Upload> {
		const { fetchPicture = fetchAddress } = this.#deps;
		return this.take('image', { name: address, fetch: (signal) => fetchPicture(address, { signal }) }, user);
	}

	/**
	 * The form that makes a picture again, filled in from what the PNG itself says; anybody may have made it, anywhere.
	 *
	 * @param bytes of any file
	 * @param name of the file, for messages
	 * @throws {UserError} when it does not say how it was made, or it cannot be asked for here
	 */
	formOf(bytes: Uint8Array, name: string): FilledForm {
		return formOfPicture(bytes, name, this.commands);
	}

	/** Handles a button press. Decides who may press what, for every platform. */
	async press(id: string, user: User): Promise<PressOutcome> {
		const outcome = await this.#buttons.press(id, user);
		await this.#requests.writer.committed();
		return outcome;
	}

	/** Sets the syntax in which a platform's people read what to type; it may depend on where they are. */
	writeFor(platform: string, syntaxAt: (place: Place) => Syntax): void {
		this.#requests.views.writeFor(platform, syntaxAt);
	}

	/** A sentence with its commands in the syntax of that place. */
	hint(place: Place, sentence: string): string {
		return this.#requests.views.wording({ messageRef: place }).hint(sentence);
	}

	/** The id of a message's request, for the message commands' buttonId('details', …) and buttonId('same', …). */
	requestAt(messageRef: MessageKey): string | undefined {
		return this.#deps.store.at(messageRef)?.id;
	}

	/** The stored reference of a message; undefined if it belongs to no request. */
	messageAt(messageRef: MessageKey): MessageRef | undefined {
		return this.#deps.store.at(messageRef)?.messageRef;
	}

	/** Records that a request now has another message. */
	moved(request: string, messageRef: MessageRef): void {
		this.#requests.moved(request, messageRef);
	}

	/** A platform's latest messages that have something to show and are still stored, oldest first. */
	async history(platform: string, count: number): Promise<readonly PastMessage[]> {
		const past = this.#deps.store.newest(platform, count).map(async (record) => {
			const view = await this.#requests.views.last(record).catch((error) => {
				// Somebody has removed its pictures, or the disk is in trouble.
				this.#deps.log.warn({ request: record.id, error }, 'an earlier result could not be shown again');
			});
			const worth = view && view.figures.length + (view.attachments?.length ?? 0) > 0;
			return record.messageRef && worth ? [{ messageRef: record.messageRef, view }] : [];
		});
		return (await Promise.all(past)).flat();
	}

	/** The newest results of a platform, the newest first; see RequestStore.answered. */
	results(
		platform: string,
		{ search, before, count }: { readonly search: string; readonly before: number; readonly count: number },
	): readonly PastResult[] {
		return this.#deps.store.answered(platform, search, before, count).map((record) => this.#pastResult(record));
	}

	/** One of those; undefined where there is none. */
	result(platform: string, id: string): PastResult | undefined {
		const record = this.#deps.store.get(id);
		return record?.answer && record.messageRef?.platform === platform ? this.#pastResult(record) : undefined;
	}

	#pastResult(record: RequestRecord): PastResult {
		const { id, created = 0, options, answer } = record;
		const seed = Number(options.seed ?? Number.NaN);
		return {
			id,
			line: this.#requests.views.line(record),
			created,
			seed: Number.isNaN(seed) ? undefined : seed,
			figures: answer?.figures ?? [],
		};
	}

	/**
	 * Resumes, through `platforms`, what was open when this desk was created. From now on reports go to them.
	 *
	 * @param up settles when a platform can be used; platforms do not wait for each other. Default: all can be used
	 */
	resume(platforms: readonly DeskPlatform[], up?: (platform: DeskPlatform) => Promise<unknown>): void {
		const { training, log } = this.#deps;
		this.#buttons.reportTo(platforms);
		this.#deletions.resume();
		resume(this.#left, { training, requests: this.#requests, platforms, up, log });
	}

	/** From now on nothing ends for good: open requests continue after the next start. Call it before closing the runner. */
	stop(): void {
		this.#requests.stop();
	}

	/** Resolves when all changes are stored, which takes until no other program locks the database. */
	written(): Promise<void> {
		return this.#requests.writer.written();
	}
}
