/** One message: what was asked, and below it what became of it so far. */
import type { WireButton, WireMe, WireMessage, WirePressed } from '../wire.ts';
import { announce, toast } from './announce.ts';
import { dismiss, press } from './api.ts';
import { detailsPanel } from './details.ts';
import { h, type IconName, icon, iconButton } from './dom.ts';
import { pictureFigure, turnOnce } from './picture.ts';

/** Every so many percent the progress is read out. */
const ANNOUNCE_PERCENT = 25;

const isLive = ({ state }: WireMessage) => state === 'waiting' || state === 'running';

/** What can be done with a message outside of it. */
export interface MessageActions {
	/** Who sits at this browser. */
	readonly me: WireMe;
	/** Puts a picture into the composer. */
	readonly use: (file: File) => void;
	/** Opens a command's form, filled in. */
	readonly fill: (form: NonNullable<WirePressed['form']>) => void;
	/** A press became a request. */
	readonly asked: (id: string) => void;
}

export class Message {
	readonly element: HTMLLIElement;
	readonly #actions: MessageActions;
	#asked: HTMLElement;
	readonly #body = h('div', { class: 'answer' });
	readonly #status = h('p', { class: 'status' });
	readonly #progress = h('progress', { max: 1, 'aria-label': 'Progress' });
	readonly #preview = h('img', { class: 'preview', alt: '', hidden: true });
	/** Where a preview is, or is awaited. */
	readonly #canvas = h('div', { class: 'canvas' }, this.#preview);
	readonly #gallery = h('div', { class: 'gallery' });
	/** The figures in the gallery, by their places and the addresses of their pictures. */
	#figures = new Map<string, HTMLElement>();
	#shown: WireMessage | undefined;
	#announced = 0;
	#details: HTMLElement | undefined;

	constructor(message: WireMessage, actions: MessageActions) {
		this.#actions = actions;
		this.#asked = asked(message, actions.me);
		this.element = h('li', { class: 'message', id: `message-${message.id}` }, this.#asked, this.#body);
		this.update(message);
	}

	/** Live states change in place, so that the focus and a hovered button stay where they are. */
	update(message: WireMessage): void {
		const before = this.#shown;
		if (before && JSON.stringify(before) === JSON.stringify(message)) return;
		this.#shown = message;
		// The pictures of a request may come later than its first state.
		if (before && before.inputs.length !== message.inputs.length) {
			const fresh = asked(message, this.#actions.me);
			this.#asked.replaceWith(fresh);
			this.#asked = fresh;
		}
		this.element.dataset.state = message.state;
		this.element.classList.toggle('spoiler', message.spoiler === true);
		if (isLive(message)) {
			if (!before || !isLive(before)) this.#body.replaceChildren(this.#live(message));
			this.#updateLive(message);
			return;
		}
		const focused = [...this.#body.querySelectorAll('button')].indexOf(document.activeElement as HTMLButtonElement);
		this.#details = undefined;
		this.#body.replaceChildren(...this.#final(message));
		if (focused !== -1) {
			const buttons = this.#body.querySelectorAll('button');
			buttons[Math.min(focused, buttons.length - 1)]?.focus();
		}
		if (!before) return;
		announce(message.text);
		turnOnce(this.#figures.values());
	}

	#live(message: WireMessage): HTMLElement {
		const side = h('div', { class: 'side' }, this.#status, this.#progress, this.#buttons(message));
		return h('div', { class: 'live' }, this.#gallery, this.#canvas, side);
	}

	#updateLive(message: WireMessage): void {
		const { text, progress, pictures } = message;
		this.#fillGallery(message);
		// What a command shows of what goes on stands in the place of a preview; a training has none.
		this.#canvas.hidden = pictures.length > 0;
		if (this.#status.textContent !== text) this.#status.textContent = text;
		if (!progress) {
			this.#progress.removeAttribute('value');
			return;
		}
		const share = progress.done / progress.total;
		this.#progress.value = share;
		if (progress.preview) this.#preview.src = progress.preview;
		this.#preview.hidden = !progress.preview;
		const mark = Math.floor((share * 100) / ANNOUNCE_PERCENT);
		if (mark > this.#announced && share < 1) announce(text);
		this.#announced = mark;
	}

	#final(message: WireMessage): readonly HTMLElement[] {
		const { pictures, files, text, state, buttons } = message;
		this.#fillGallery(message);
		const words = h('div', { class: 'text' }, state === 'failed' && icon('alert'), paragraphs(text));
		const links = files.map(({ url, name }) => h('p', {}, h('a', { href: url, target: '_blank' }, name)));
		words.append(...links);
		const remove = iconButton('close', 'Remove this message', () => void this.#dismiss());
		remove.classList.add('remove');
		if (buttons.length === 0) words.append(remove);
		return [
			...(pictures.length > 0 ? [this.#gallery] : []),
			words,
			...(buttons.length > 0 ? [this.#buttons(message)] : []),
		];
	}

	/** Pictures that are there already stay as they are: opened descriptions, lifted covers, the places of films. */
	#fillGallery({ pictures, spoiler }: WireMessage): void {
		const figures = new Map(
			pictures.map((picture, i) => {
				const key = `${i} ${picture.url}`;
				return [key, this.#figures.get(key) ?? pictureFigure(picture, this.#actions.use, spoiler)];
			}),
		);
		const isSame = [...figures.values()].every((figure, i) => figure === this.#gallery.children[i]);
		if (!isSame || figures.size !== this.#gallery.children.length) this.#gallery.replaceChildren(...figures.values());
		this.#figures = figures;
		this.#gallery.dataset.count = String(figures.size);
	}

	#buttons({ buttons }: WireMessage): HTMLElement {
		const pieces = buttons.filter(({ id }) => actionOf(id) === 'show' && buttons.length > 1);
		const others = buttons.filter((button) => !pieces.includes(button) && this.#mayPress(button));
		const alone = h(
			'div',
			{ class: 'pieces', role: 'group', 'aria-label': 'Show one of the pictures alone' },
			h('span', { class: 'hint' }, 'Show alone:'),
			...pieces.map((button) => this.#button(button, `Show ${button.label} alone`)),
		);
		const shown = others.map((button) => this.#button(button));
		return h(
			'div',
			{ class: 'buttons' },
			pieces.length > 1 && alone,
			...(pieces.length === 1 ? [this.#button(pieces[0])] : []),
			...shown,
		);
	}

	/** What others asked for is theirs to end, and staff's. */
	#mayPress({ id }: WireButton): boolean {
		return this.#isMine || this.#actions.me.staff || !ENDS.has(actionOf(id));
	}

	get #isMine(): boolean {
		return this.shown.owner === this.#actions.me.id;
	}

	/** @param name what it does, where its label alone does not say that */
	#button({ id, label, style }: WireButton, name?: string): HTMLButtonElement {
		const face = ICONS[actionOf(id)];
		const named = { 'aria-label': name, title: name };
		const element = h('button', { type: 'button', class: `act ${style}`, ...named }, face && icon(face), label);
		element.addEventListener('click', async () => {
			if (element.getAttribute('aria-disabled') === 'true') return;
			element.setAttribute('aria-disabled', 'true');
			if (ENDS.has(actionOf(id)) && !this.#isMine) this.#askBefore(label, id);
			else await this.#press(id);
			element.removeAttribute('aria-disabled');
		});
		return element;
	}

	/** Staff may end what is another's, and not by mistake. */
	#askBefore(label: string, id: string): void {
		toast(`This is another person's.`, [{ label: `${label} it all the same`, take: () => void this.#press(id) }]);
	}

	/** What is offered with a whisper is pressed in its toast. */
	async #press(id: string): Promise<void> {
		const isDetails = actionOf(id) === 'details';
		if (isDetails && this.#details) return this.#showDetails(undefined);
		const pressed = await press(this.#id, id);
		if ('error' in pressed) return toast(pressed.error);
		const { id: asked, whisper, buttons = [], form } = pressed;
		if (asked !== undefined) this.#actions.asked(asked);
		if (isDetails && whisper) return this.#showDetails(whisper);
		const offers = buttons.map((button) => ({ label: button.label, take: () => void this.#press(button.id) }));
		if (whisper) toast(whisper, offers);
		if (form) this.#actions.fill(form);
	}

	/** Below the buttons, to be read and copied for as long as it takes; undefined takes them away. */
	#showDetails(text: string | undefined): void {
		this.#details?.remove();
		this.#details = text === undefined ? undefined : detailsPanel(text);
		if (this.#details) this.#body.append(this.#details);
	}

	async #dismiss(): Promise<void> {
		const answer = await dismiss(this.#id);
		if ('error' in answer) toast(String(answer.error));
	}

	/** Its present state. */
	get shown(): WireMessage {
		return this.#shown as WireMessage;
	}

	get #id(): string {
		return this.shown.id;
	}
}

/** A line a paragraph. Where lines are entries of a list, "name: what it is", the names stand out. */
function paragraphs(text: string): HTMLElement {
	const lines = text.split('\n').map((line) => {
		const entry = text.includes('\n') && /^(\S+(?: \([^)]*\))?): (.*)$/.exec(line);
		return entry ? h('p', {}, h('b', {}, entry[1]), ` ${entry[2]}`) : h('p', {}, line);
	});
	return h('div', {}, ...lines);
}

/** Button ids name their action: `v1:<action>:…`. */
const actionOf = (id: string): string => id.split(':')[1] ?? '';

/** Actions that end a request or take its message away. */
const ENDS: ReadonlySet<string> = new Set(['cancel', 'delete']);

/** Actions that have none do without. */
const ICONS: Readonly<Record<string, IconName>> = {
	again: 'again',
	cancel: 'stop',
	delete: 'trash',
	flip: 'flip',
	settings: 'sliders',
	use: 'reuse',
	vary: 'vary',
};

function asked({ title, asker, owner, inputs }: WireMessage, me: WireMe): HTMLElement {
	const [command, ...rest] = title.split(' ');
	const pictures = inputs.map(({ url, name }) => h('img', { src: url, alt: name }));
	return h(
		'div',
		{ class: 'asked' },
		pictures.length > 0 && h('div', { class: 'inputs' }, ...pictures),
		h('p', {}, h('b', { class: 'command' }, command), rest.length > 0 && ` ${rest.join(' ')}`),
		owner !== me.id && asker && h('p', { class: 'asker' }, asker),
	);
}
