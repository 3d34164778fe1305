/**
 * A text box with a list of suggestions, with the keys and the listbox of an ARIA combobox. A textarea may not have that role, so
 * the number of suggestions is announced instead.
 */
import { announce } from './announce.ts';
import { freshId, h } from './dom.ts';

/** The space between the text box and its list, in pixels. */
const GAP = 8;

/** The list's maximum height in pixels, enough for about seven suggestions. */
const MAX_HEIGHT = 320;

/** How many pixels of room the list needs to open below the text box; with less, it opens above. */
const ENOUGH_HEIGHT = 180;

export interface Suggestion {
	readonly value: string;
	readonly label: string;
	readonly detail?: string;
}

export interface ComboboxOptions {
	/** The listbox's name. */
	readonly label: string;
	/** What to suggest for the current text; if there is nothing, the list closes. */
	readonly suggest: (text: string) => readonly Suggestion[];
	readonly choose: (suggestion: Suggestion) => void;
	/** Enter chooses the first suggestion even before anyone moves to it. */
	readonly eager?: boolean;
}

export class Combobox {
	/** The text box and its list, to be inserted in place of the text box. */
	readonly element: HTMLElement;
	readonly #input: HTMLTextAreaElement;
	readonly #list: HTMLUListElement;
	readonly #options: ComboboxOptions;
	#shown: readonly Suggestion[] = [];
	/** Index of the active suggestion, -1 = none. */
	#active = -1;

	constructor(input: HTMLTextAreaElement, options: ComboboxOptions) {
		this.#input = input;
		this.#options = options;
		const id = freshId('list');
		this.#list = h('ul', { role: 'listbox', id, 'aria-label': options.label, class: 'suggestions', popover: 'manual' });
		this.element = h('div', { class: 'combobox' }, input, this.#list);
		const attributes = { 'aria-autocomplete': 'list', 'aria-haspopup': 'listbox', 'aria-controls': id };
		for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
		input.addEventListener('input', () => this.#show());
		input.addEventListener('blur', () => this.close());
		input.addEventListener('keydown', (event) => this.#onKey(event));
		// Without this the text box would lose the focus before the click arrives.
		this.#list.addEventListener('pointerdown', (event) => event.preventDefault());
	}

	get open(): boolean {
		return this.#shown.length > 0;
	}

	close(): void {
		this.#shown = [];
		this.#render();
	}

	#show(): void {
		const before = this.#shown.length;
		this.#shown = this.#options.suggest(this.#input.value);
		const { length } = this.#shown;
		if (length > 0 && length !== before) announce(`${length} suggestion${length === 1 ? '' : 's'}.`);
		this.#active = this.#options.eager && this.#shown.length > 0 ? 0 : -1;
		this.#render();
	}

	/** Stops the keys that the list uses, and leaves all others to the text box's owner. */
	#onKey(event: KeyboardEvent): void {
		if (event.isComposing) return;
		const used = this.open ? this.#onKeyOpen(event) : this.#onKeyClosed(event);
		if (!used) return;
		event.preventDefault();
		event.stopPropagation();
	}

	#onKeyClosed(event: KeyboardEvent): boolean {
		if (event.key !== 'ArrowDown') return false;
		this.#show();
		return this.open;
	}

	#onKeyOpen(event: KeyboardEvent): boolean {
		const count = this.#shown.length;
		switch (event.key) {
			case 'ArrowDown':
				this.#move((this.#active + 1) % count);
				return true;
			case 'ArrowUp':
				this.#move((Math.max(this.#active, 0) + count - 1) % count);
				return true;
			case 'Escape':
				this.close();
				return true;
			case 'Enter':
			case 'Tab':
				if (event.shiftKey || this.#active === -1) {
					this.close();
					return false;
				}
				this.#choose(this.#shown[this.#active]);
				return true;
			default:
				return false;
		}
	}

	/** Puts the list below the text box, or above it if there is too little room. It is a popover, so no scrolling form clips it. */
	#place(): void {
		const box = this.#input.getBoundingClientRect();
		const below = window.innerHeight - box.bottom - 2 * GAP;
		const upwards = below < ENOUGH_HEIGHT;
		const room = upwards ? box.top - 2 * GAP : below;
		const { style } = this.#list;
		style.left = `${box.left}px`;
		style.width = `${box.width}px`;
		style.maxHeight = `${Math.min(room, MAX_HEIGHT)}px`;
		style.bottom = upwards ? `${window.innerHeight - box.top + GAP}px` : 'auto';
		style.top = upwards ? 'auto' : `${box.bottom + GAP}px`;
	}

	#move(active: number): void {
		this.#active = active;
		this.#render();
	}

	#choose(suggestion: Suggestion): void {
		this.close();
		this.#options.choose(suggestion);
	}

	#render(): void {
		const items = this.#shown.map((suggestion, i) =>
			h(
				'li',
				{
					role: 'option',
					id: `${this.#list.id}-${i}`,
					'aria-selected': String(i === this.#active),
					onclick: () => this.#choose(suggestion),
				},
				h('b', {}, suggestion.label),
				suggestion.detail && h('span', {}, suggestion.detail),
			),
		);
		this.#list.replaceChildren(...items);
		if (this.#list.isConnected) this.#list.togglePopover(this.open);
		if (this.open) this.#place();
		const active = items[this.#active];
		if (active) this.#input.setAttribute('aria-activedescendant', active.id);
		else this.#input.removeAttribute('aria-activedescendant');
		active?.scrollIntoView({ block: 'nearest' });
	}
}
