/** The composer's line of text, which completes commands and takes attached files. */
import { uploadKindOf } from '../../../../commands/lib/upload-kinds.ts';
import type { WireCommand } from '../wire.ts';
import { Combobox } from './combobox.ts';
import { h, icon, iconButton } from './dom.ts';
import { fill, textBox } from './text-box.ts';

export class LineEditor {
	readonly element: HTMLElement;
	readonly box: HTMLTextAreaElement;
	readonly #commands: readonly WireCommand[];
	readonly #chips: HTMLElement;
	#attachments: File[] = [];

	constructor(commands: readonly WireCommand[], choose: (command: WireCommand) => void) {
		this.#commands = commands;
		this.box = textBox({
			class: 'line',
			placeholder: 'Describe a picture, or type /',
			'aria-label': 'Message',
		});
		const completion = new Combobox(this.box, {
			label: 'Commands',
			eager: true,
			suggest: (text) => {
				// Lets Enter send a command that needs nothing more.
				if (commands.some((command) => text.trim() === `/${command.name}` && answersAtOnce(command))) return [];
				return matching(commands, text).map(({ name, summary }) => ({
					value: name,
					label: `/${name}`,
					detail: summary,
				}));
			},
			choose: ({ value }) => {
				const command = commands.find(({ name }) => name === value);
				if (command) choose(command);
			},
		});
		this.#chips = h('div', { class: 'attached', hidden: true });
		this.element = h('div', { class: 'line-editor' }, this.#chips, completion.element);
	}

	get attachments(): readonly File[] {
		return this.#attachments;
	}

	/** The command that the line begins with, if any. */
	get commandName(): string | undefined {
		const typed = `${this.box.value.trim()} `;
		const names = this.#commands.map(({ name }) => name).filter((name) => typed.startsWith(`/${name} `));
		return names.sort((a, b) => b.length - a.length)[0];
	}

	set(text: string, attachments: readonly File[]): void {
		fill(this.box, text);
		this.#attachments = [...attachments];
		this.#render();
	}

	attach(file: File): void {
		this.#attachments.push(file);
		this.#render();
		this.box.focus();
	}

	#render(): void {
		this.#chips.hidden = this.#attachments.length === 0;
		this.#chips.replaceChildren(
			...this.#attachments.map((file) => {
				const remove = iconButton('close', `Remove ${file.name}`, () => {
					this.#attachments = this.#attachments.filter((other) => other !== file);
					this.#render();
					this.box.focus();
				});
				return h('span', { class: 'chip' }, sample(file), h('span', {}, file.name), remove);
			}),
		);
	}
}

/** A thumbnail of an attached picture; an icon for any other file. */
function sample(file: File): Element {
	if (uploadKindOf(file.name) !== 'image') return icon('attach');
	const url = URL.createObjectURL(file);
	return h('img', { src: url, alt: '', onload: () => URL.revokeObjectURL(url) });
}

/** Whether a command makes no pictures and has no required options, like /help. */
const answersAtOnce = ({ makesPictures, options }: WireCommand) =>
	!makesPictures && options.every(({ spec }) => !spec.required);

/** Commands that begin with what follows the slash, then those that contain it. */
function matching(commands: readonly WireCommand[], text: string): readonly WireCommand[] {
	// A verb may follow: "/mnist tr".
	const typed = /^\/(\S*(?: \S*)?)$/.exec(text)?.[1].toLowerCase();
	if (typed === undefined) return [];
	const beginning = commands.filter(({ name }) => name.startsWith(typed));
	return [...beginning, ...commands.filter(({ name }) => !name.startsWith(typed) && name.includes(typed))];
}
