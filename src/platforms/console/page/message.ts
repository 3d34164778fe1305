/** One message: the request, and below it its progress or its result. */
import type { WireButton, WireMe, WireMessage, WirePressed } from '../wire.ts';
import { announce, toast } from './announce.ts';
import { dismiss, press } from './api.ts';
import { detailsPanel } from './details.ts';
import { h, type IconName, icon, iconButton, keepFocus } from './dom.ts';
import { pictureFigure, turnOnce } from './picture.ts';
import { typedLine } from './typed-line.ts';

/** Progress is announced each time it passes a multiple of this. */
const ANNOUNCE_PERCENT = 25;

const isLive = ({ state }: WireMessage) => state === 'waiting' || state === 'running';

/** What a message needs from the rest of the page. */
export interface MessageActions {
	/** The person at this browser. */
	readonly me: WireMe;
	/** Puts a picture into the composer. */
	readonly use: (file: File) => void;
	/** Opens a command's form, filled in. */
	readonly fill: (form: NonNullable<WirePressed['form']>) => void;
	/** Called when a press has opened a request. */
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
	/** Holds the preview, or its place before there is one. */
	readonly #canvas = h('div', { class: 'canvas' }, this.#preview);
	readonly #gallery = h('div', { class: 'gallery' });
	/** The figures in the gallery, by their position and the address of their picture. */
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

	/** Updates open states in place, so that the focus and a hovered button stay where they are. */
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
		keepFocus(this.#body, () => this.#render(message, before));
		if (!before || isLive(message)) return;
		announce(message.text);
		turnOnce(this.#figures.values());
	}

	#render(message: WireMessage, before: WireMessage | undefined): void {
		if (isLive(message)) {
			if (!before || !isLive(before)) this.#body.replaceChildren(this.#live(message));
			this.#updateLive(message);
			return;
		}
		this.#details = undefined;
		this.#body.replaceChildren(...this.#final(message));
	}

	#live(message: WireMessage): HTMLElement {
		const side = h('div', { class: 'side' }, this.#status, this.#progress, this.#buttons(message));
		return h('div', { class: 'live' }, this.#gallery, this.#canvas, side);
	}

	#updateLive(message: WireMessage): void {
		const { text, progress, pictures } = message;
		this.#fillGallery(message);
		// Pictures that a command shows while it runs, as a training does, take the place of the preview.
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

	/** Keeps the figures that are already shown, with open descriptions, lifted covers and the frame of an animation. */
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
			{ class: 'pieces', role: 'group', 'aria-label': 'Show only one picture' },
			h('span', { class: 'hint' }, 'Show only:'),
			...pieces.map((button) => this.#button(button, `Show only ${button.label}`)),
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

	/** Only staff can cancel or delete what others asked for. */
	#mayPress({ id }: WireButton): boolean {
		return this.#isMine || this.#actions.me.staff || !ENDS.has(actionOf(id));
	}

	get #isMine(): boolean {
		return this.shown.owner === this.#actions.me.id;
	}

	/** @param name says what it does, if its label alone does not */
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

	/** Keeps staff from cancelling or deleting another person's request by mistake. */
	#askBefore(label: string, id: string): void {
		toast('Someone else asked for this.', [{ label: `${label} it anyway`, take: () => void this.#press(id) }]);
	}

	/** Shows a whisper as a toast, with its buttons in it. */
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

	/** Shows details below the buttons; undefined removes them. */
	#showDetails(text: string | undefined): void {
		this.#details?.remove();
		this.#details = text === undefined ? undefined : detailsPanel(text);
		if (this.#details) this.#body.append(this.#details);
	}

	async #dismiss(): Promise<void> {
		const answer = await dismiss(this.#id);
		if ('error' in answer) toast(String(answer.error));
	}

	/** The current state. */
	get shown(): WireMessage {
		return this.#shown as WireMessage;
	}

	get #id(): string {
		return this.shown.id;
	}
}

/** A paragraph for each line. If the lines are a list ("name: what it is"), the names are bold. */
function paragraphs(text: string): HTMLElement {
	const lines = text.split('\n').map((line) => {
		const entry = text.includes('\n') && /^(\S+(?: \([^)]*\))?): (.*)$/.exec(line);
		return entry ? h('p', {}, h('b', {}, entry[1]), ` ${entry[2]}`) : h('p', {}, line);
	});
	return h('div', {}, ...lines);
}

/** Button ids name their action: `v1:<action>:…`. */
const actionOf = (id: string): string => id.split(':')[1] ?? '';

/** Actions that end a request or remove its message. */
const ENDS: ReadonlySet<string> = new Set(['cancel', 'delete']);

/** The icons of actions that have one. */
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
	const pictures = inputs.map(({ url, name }) => h('img', { src: url, alt: name }));
	return h(
		'div',
		{ class: 'asked' },
		pictures.length > 0 && h('div', { class: 'inputs' }, ...pictures),
		h('p', {}, ...typedLine(title)),
		owner !== me.id && asker && h('p', { class: 'asker' }, asker),
	);
}
