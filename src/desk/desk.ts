/** The front desk: takes requests and button presses from every platform, runs commands, and reports back. */
import type { Command } from '../../commands/lib/command.ts';
import { inChats } from '../../commands/lib/in-chats.ts';
import type { Upload, UploadKind } from '../../commands/lib/options.ts';
import type { Syntax } from '../../commands/lib/wording.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { PromptFileStore } from '../store/prompt-files.ts';
import type { MessageKey, MessageRef, User } from '../store/records.ts';
import { fetchAddress } from '../uploads/fetch-address.ts';
import type { Incoming } from '../uploads/incoming.ts';
import { ButtonHandler } from './button-handler.ts';
import { Deletions } from './deletions.ts';
import type { DeskDeps } from './deps.ts';
import { knownPrompts } from './known-prompts.ts';
import type { Outcome, Place, Request } from './request.ts';
import { Requests } from './requests.ts';
import { type LeftBehind, leftBehind, resume } from './resume.ts';
import type { DeskPlatform, MessageView, PressOutcome, Show } from './view.ts';

export type { DeskDeps } from './deps.ts';
export type { Outcome, Request } from './request.ts';

export interface PastMessage {
	readonly messageRef: MessageRef;
	/** The last one. */
	readonly view: MessageView;
}

export class Desk {
	/** As chats show them. */
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

	/** The models that requests may name, the default first. */
	async models() {
		return (await this.#deps.runner.models()).usable;
	}

	/**
	 * What is known of the model that a command draws with for this person, to be offered while they type: its only prompts, or
	 * what it was taught; undefined where nothing is.
	 *
	 * @param options as far as they are given; the model among them counts
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
	 * Takes a request and sees it through. Every state goes to `show`, the last one too; resolves with it. The request is
	 * stored before the first of them.
	 *
	 * Never rejects for what a user did or a job ran into: that is a view in state `failed`. Whose fault it was is in `fault`.
	 */
	open(request: Request, show: Show = () => {}): Promise<Outcome> {
		return this.#requests.open(request, show);
	}

	/** Ids of the roles that make a difference somewhere, for platforms that have to ask who has one. */
	allowedRoles(): readonly string[] {
		return this.#requests.moderation.allowedRoles();
	}

	/**
	 * Stores a file that is wanted before there is a request, as one of the files that this person sends.
	 *
	 * @throws {UserError} when they may not send any, it cannot be fetched, or is not of that kind
	 */
	take(kind: UploadKind, incoming: Incoming, user: User): Promise<Upload> {
		return this.#requests.take(kind, incoming, user);
	}

	/** Likewise the picture of a web address. */
	takeAddress(address: string, user: User): Promise<Upload> {
		const { fetchPicture = fetchAddress } = this.#deps;
		return this.take('image', { name: address, fetch: (signal) => fetchPicture(address, { signal }) }, user);
	}

	/** A button press. The rules of who may press what are here, for every platform. */
	press(id: string, user: User): Promise<PressOutcome> {
		return this.#buttons.press(id, user);
	}

	/** From now on the people of a platform read what to type in a syntax of their own, which may depend on where they are. */
	writeFor(platform: string, syntaxAt: (place: Place) => Syntax): void {
		this.#requests.views.writeFor(platform, syntaxAt);
	}

	/** A sentence for the people there, with the commands in it in their syntax. */
	hint(place: Place, sentence: string): string {
		return this.#requests.views.wording({ messageRef: place }).hint(sentence);
	}

	/** The request whose message stands there: for buttonId('details', …) and buttonId('same', …) of message commands. */
	requestAt(messageRef: MessageKey): string | undefined {
		return this.#deps.store.at(messageRef)?.id;
	}

	/** What is stored of a message; undefined where that is no request's. */
	messageAt(messageRef: MessageKey): MessageRef | undefined {
		return this.#deps.store.at(messageRef)?.messageRef;
	}

	/** From now on the message of a request is another one. */
	moved(request: string, messageRef: MessageRef): void {
		this.#requests.moved(request, messageRef);
	}

	/** The last messages of a platform with something to look at, as far as it is still stored; the oldest first. */
	async history(platform: string, count: number): Promise<readonly PastMessage[]> {
		const past = this.#deps.store.newest(platform, count).map(async (record) => {
			const view = await this.#requests.views.last(record).catch(() => undefined);
			const worth = view && view.figures.length + (view.attachments?.length ?? 0) > 0;
			return record.messageRef && worth ? [{ messageRef: record.messageRef, view }] : [];
		});
		return (await Promise.all(past)).flat();
	}

	/**
	 * Takes up, through `platforms`, what was open when this desk was made. Reports go to them from now on.
	 *
	 * @param up settles when a platform can be used, and none waits for another; absent: all can
	 */
	resume(platforms: readonly DeskPlatform[], up?: (platform: DeskPlatform) => Promise<unknown>): void {
		const { training, log } = this.#deps;
		this.#buttons.reportTo(platforms);
		this.#deletions.resume();
		resume(this.#left, { training, requests: this.#requests, platforms, up, log });
	}

	/** From now on nothing ends for good: what is still open goes on after the next start. Before the runner is closed. */
	stop(): void {
		this.#requests.stop();
	}

	/** Resolves when what has changed is stored, which takes as long as another program has locked the database. */
	written(): Promise<void> {
		return this.#requests.writer.written();
	}
}
