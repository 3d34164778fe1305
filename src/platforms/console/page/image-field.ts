/** The control of a picture option: a file, a web address, a sketch, or a mask painted over another picture in the form. */
import { fillIn } from '../../../../commands/lib/fill-in.ts';
import type { WireOption } from '../wire.ts';
import { freshId, h, icon, iconButton } from './dom.ts';
import { type Field, labelText } from './field.ts';
import { paintMask } from './mask.ts';
import { drawSketch } from './sketch.ts';

export const ACCEPTED = 'image/png,image/jpeg,image/webp,image/gif,image/avif';

export interface ImageFieldOptions {
	/** Called with a file that was chosen for a field; puts it there if it can be used. */
	readonly attach: (file: File, field: Element) => void;
	/** Called with the reason, in one sentence, if a picture cannot be used. */
	readonly refuse: (problem: string) => void;
	/** The picture that a mask is painted over, for the option `mask`. */
	readonly pictureToMask?: () => File | undefined;
}

export class ImageField implements Field {
	readonly name: string;
	readonly element: HTMLElement;
	readonly #options: ImageFieldOptions;
	readonly #required: boolean;
	readonly #hint: string;
	readonly #sheet: HTMLElement;
	readonly #choose: HTMLButtonElement;
	readonly #picker: HTMLInputElement;
	/** Used only while there is no file. */
	readonly #address: HTMLInputElement;
	#file: File | undefined;
	#url: string | undefined;

	constructor({ name, spec, hint }: WireOption, options: ImageFieldOptions) {
		this.name = name;
		this.#options = options;
		this.#required = spec.required === true;
		this.#hint = hint;
		this.#picker = h('input', { type: 'file', accept: ACCEPTED, class: 'unseen', tabIndex: -1, 'aria-hidden': 'true' });
		this.#picker.addEventListener('change', () => {
			if (this.#picker.files?.[0]) options.attach(this.#picker.files[0], this.element);
			this.#picker.value = '';
		});
		const id = freshId('image');
		this.#choose = h('button', { type: 'button', class: 'plain small', onclick: () => this.#picker.click() });
		this.#choose.setAttribute('aria-describedby', id);
		this.#sheet = h('div', { class: 'sheet' });
		this.#address = h('input', {
			type: 'url',
			class: 'address',
			placeholder: 'or https://…',
			'aria-label': `Web address for ${name}`,
		});
		const draw = options.pictureToMask
			? this.#tool('Paint', () => void this.#paint())
			: this.#tool('Draw', () => void this.#sketch());
		this.element = h(
			'div',
			{ class: 'field wide image', 'data-option': name },
			h('span', { class: 'label' }, ...labelText({ name, label: spec.label, required: this.#required })),
			h(
				'div',
				{ class: 'drop' },
				this.#sheet,
				this.#address,
				h('div', { class: 'ways' }, this.#choose, draw),
				this.#picker,
			),
			h('p', { class: 'summary', id }, spec.summary),
		);
		this.#render();
	}

	read(): string | File | undefined {
		return this.#file ?? (this.#address.value.trim() || undefined);
	}

	write(value: string | File): void {
		if (typeof value === 'string') this.#address.value = value;
		else this.#set(value);
	}

	focus(): void {
		this.#choose.focus();
	}

	problem(): string | undefined {
		return this.#required && !this.read() ? fillIn(this.name, this.#hint) : undefined;
	}

	#tool(label: string, onclick: () => void): HTMLButtonElement {
		const name = `${label} ${this.name}`;
		return h('button', { type: 'button', class: 'plain small', 'aria-label': name, onclick }, icon('brush'), label);
	}

	#set(file: File | undefined): void {
		this.#file = file;
		if (this.#url) URL.revokeObjectURL(this.#url);
		this.#url = file && URL.createObjectURL(file);
		this.#render();
	}

	async #sketch(): Promise<void> {
		const sketch = await drawSketch();
		if (sketch) this.#set(sketch);
	}

	async #paint(): Promise<void> {
		const picture = this.#options.pictureToMask?.();
		if (!picture) return this.#options.refuse('Choose the picture first, then paint the mask over it.');
		const mask = await paintMask(picture).catch(() =>
			this.#options.refuse(`${picture.name} is not a readable picture.`),
		);
		if (mask) this.#set(mask);
	}

	#render(): void {
		const file = this.#file;
		this.#address.hidden = file !== undefined;
		this.#choose.replaceChildren(icon('attach'), file ? 'Replace' : 'Choose a file');
		this.#choose.setAttribute('aria-label', `${file ? 'Replace the' : 'Choose a'} file for ${this.name}`);
		if (!file || !this.#url) {
			this.#sheet.replaceChildren(icon('picture'), h('span', {}, 'Drop or paste a picture here'));
			return;
		}
		this.#sheet.replaceChildren(
			h('img', { src: this.#url, alt: `Preview of ${file.name}` }),
			h('span', {}, file.name),
			iconButton('close', `Remove ${file.name}`, () => {
				this.#set(undefined);
				this.focus();
			}),
		);
	}
}
