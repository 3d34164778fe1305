/** The views of a request before it runs and after it has ended. */
import type { Reply, Wording } from '../../commands/lib/command.ts';
import { withoutSettings } from '../../commands/lib/sampling.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { withoutScores } from '../../commands/lib/tries.ts';
import { type Syntax, wordingIn } from '../../commands/lib/wording.ts';
import type { ModerationStore } from '../store/moderation.ts';
import type { RequestRecord } from '../store/records.ts';
import { loadReply } from './answers.ts';
import { resultButtons } from './buttons.ts';
import type { DeskDeps } from './deps.ts';
import { channelOf, type Place, type Request } from './request.ts';
import type { MessageView } from './view.ts';

/** What a view needs from a request that has not started yet. */
type Shown = Pick<RequestRecord, 'command' | 'options' | 'owner' | 'madeFor' | 'messageRef'>;

/** The title is a line above the answer; the answer's text contains the prompts in full. */
const MAX_TITLE_CHARACTERS = 250;

export class RequestViews {
	readonly #deps: Pick<DeskDeps, 'commands' | 'blobs'>;
	readonly #moderation: ModerationStore;
	/** The wording for the command line, and for platforms without a syntax of their own. */
	readonly #usual: Wording;
	readonly #syntaxes = new Map<string, (place: Place) => Syntax>();

	constructor(deps: Pick<DeskDeps, 'commands' | 'blobs'>, moderation: ModerationStore) {
		this.#deps = deps;
		this.#moderation = moderation;
		this.#usual = wordingIn(deps.commands);
	}

	/** See Desk.writeFor. */
	writeFor(platform: string, syntaxAt: (place: Place) => Syntax): void {
		this.#syntaxes.set(platform, syntaxAt);
	}

	/** The wording of the place where a request's message is. */
	wording({ messageRef: place }: { readonly messageRef?: Place }): Wording {
		const syntaxAt = place && this.#syntaxes.get(place.platform);
		return syntaxAt ? wordingIn(this.#deps.commands, syntaxAt(place)) : this.#usual;
	}

	/** A request as a typed line in the syntax of its place. */
	line({ command, options, messageRef }: Pick<Request, 'command' | 'options' | 'messageRef'>): string {
		return this.wording({ messageRef }).line(command, options);
	}

	/** @param told whether everyone can already see the request's message */
	blank(requestId: string, request: Shown, told: boolean): MessageView {
		const { owner, madeFor } = request;
		const { spoiler } = this.#moderation.settings(channelOf(request));
		const title = shorten(this.line(request), MAX_TITLE_CHARACTERS);
		return {
			requestId,
			title,
			...(!this.#isPersonal(request) && { asker: { id: owner.id, name: owner.name }, ...(madeFor && { madeFor }) }),
			state: 'waiting',
			text: '',
			...this.inputs(request),
			figures: [],
			buttons: [],
			personal: !told,
			...(spoiler && { spoiler }),
		};
	}

	/** A request's input pictures, as far as they have arrived; other files are only named in its typed line. */
	inputs({ command: name, options }: Pick<Request, 'command' | 'options'>): Pick<MessageView, 'inputs'> {
		const specs = this.#deps.commands.find((command) => command.name === name)?.options ?? {};
		const inputs = Object.entries(options).flatMap(([option, value]) =>
			typeof value === 'object' && Object.hasOwn(specs, option) && specs[option].kind === 'image' ? [value] : [],
		);
		return inputs.length > 0 ? { inputs } : {};
	}

	/** @param reply from the request's command or one of its actions */
	ofReply(record: RequestRecord, { text, figures, attachments, buttons = [] }: Reply): MessageView {
		const personal = this.#isPersonal(record);
		const blank = this.blank(record.id, record, true);
		const view = { ...blank, state: record.state, text, ...captionOf(record, text), figures, attachments, personal };
		return { ...view, buttons: record.state === 'done' && !personal ? resultButtons(record, figures, buttons) : [] };
	}

	/** The last view of a request that has ended, if its answer is stored. */
	async last(record: RequestRecord): Promise<MessageView | undefined> {
		if (!record.answer) return undefined;
		return this.ofReply(record, await loadReply(this.#deps.blobs, record.answer));
	}

	#isPersonal({ command }: Pick<Request, 'command'>): boolean {
		return this.#deps.commands.find(({ name }) => name === command)?.personal === true;
	}
}

function captionOf({ job, result }: RequestRecord, text: string): Pick<MessageView, 'caption'> {
	if (!job || !result) return {};
	const seeds = new Set(result.images.map(({ seed }) => seed));
	const caption = withoutScores(withoutSettings(text, job, [...seeds]), result);
	return caption === text ? {} : { caption };
}
