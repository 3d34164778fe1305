/** A form with a command's options, built from the registry. */
import { isUpload, type OptionSpec } from '../../../../commands/lib/options.ts';
import { uploadKindOf } from '../../../../commands/lib/upload-kinds.ts';
import { wholeCommand } from '../../../../commands/lib/whole-command.ts';
import type { WireCommand, WireRegistry } from '../wire.ts';
import { fetchPrompts } from './api.ts';
import { h, iconButton } from './dom.ts';
import { createField, type Field, type FieldSurroundings } from './field.ts';
import { fileField } from './file-field.ts';
import { ImageField, type ImageFieldOptions } from './image-field.ts';
import type { FormValues, Sent } from './sent.ts';

export interface CommandFormOptions {
	readonly registry: WireRegistry;
	readonly models: FieldSurroundings['models'];
	readonly attach: ImageFieldOptions['attach'];
	readonly refuse: ImageFieldOptions['refuse'];
	readonly close: () => void;
}

const isAlwaysShown = (spec: OptionSpec) =>
	spec.prominence ? spec.prominence === 'high' : spec.required === true || spec.positional === true || isUpload(spec);

const topOf = (element: Element) => element.getBoundingClientRect().top;

export class CommandForm {
	readonly command: WireCommand;
	readonly element: HTMLElement;
	readonly #commands: readonly WireCommand[];
	readonly #fields: readonly Field[];
	readonly #more: HTMLDetailsElement;
	/** The prompts that the chosen model can read; undefined if it reads any. */
	#knownPrompts: readonly string[] | undefined;

	constructor(command: WireCommand, { registry, models, attach, refuse, close }: CommandFormOptions) {
		this.command = command;
		this.#commands = registry.commands;
		const surroundings = { maxSeed: registry.maxSeed, models, knownPrompts: () => this.#knownPrompts };
		this.#fields = command.options.map((option) => {
			if (option.spec.kind === 'embeddings') return fileField(option, registry.maxUploadBytes);
			if (option.spec.kind !== 'image') return createField(option, surroundings);
			const pictureToMask = option.name === 'mask' ? () => this.#pictureBeside('mask') : undefined;
			return new ImageField(option, { attach, refuse, pictureToMask });
		});
		const model = this.#fields.find((_, i) => command.options[i].spec.kind === 'model');
		model?.element.addEventListener('change', () => void this.#learnPrompts());
		void this.#learnPrompts();
		const [first, rest] = [true, false].map((shown) =>
			this.#fields.filter((_, i) => {
				return isAlwaysShown(command.options[i].spec) === shown;
			}),
		);
		const summary = h('summary', {}, 'More options');
		this.#more = h(
			'details',
			{ class: 'more', hidden: rest.length === 0 },
			summary,
			h('div', { class: 'fields' }, ...rest.map(({ element }) => element)),
		);
		const scroll = h(
			'div',
			{ class: 'scroll' },
			h('div', { class: 'fields' }, ...first.map(({ element }) => element)),
			this.#more,
		);
		this.#more.addEventListener('toggle', () => {
			const { activeElement } = document;
			const isInField = this.element.contains(activeElement) && activeElement !== summary;
			// A focused field stays in sight. scrollIntoView would scroll the window too.
			if (this.#more.open && !isInField) scroll.scrollTop += topOf(this.#more) - topOf(scroll);
		});
		this.element = h(
			'div',
			{ class: 'command-form', role: 'group', 'aria-label': `/${command.name}` },
			h(
				'div',
				{ class: 'form-head' },
				h('b', { class: 'command' }, `/${command.name}`),
				h('span', {}, command.summary),
				iconButton('close', `Close /${command.name}`, close),
			),
			scroll,
		);
	}

	values(): FormValues {
		const entries = this.#fields.map((field) => [field.name, field.read()] as const);
		return Object.fromEntries(entries.filter((entry): entry is [string, string | File] => entry[1] !== undefined));
	}

	/** A whole command that was typed into a field, with the form's files; undefined if there is none. */
	typedCommand(): Sent | undefined {
		const values = Object.values(this.values());
		const names = this.#commands.map(({ name }) => name);
		const line = values.find((value) => typeof value === 'string' && wholeCommand(value, names) !== undefined);
		if (typeof line !== 'string') return undefined;
		return { line, attachments: values.filter((value) => typeof value !== 'string') };
	}

	write(values: FormValues): void {
		for (const field of this.#fields) {
			const value = values[field.name];
			if (value !== undefined) field.write(value);
		}
		const hidden = this.#fields.some(({ name, element }) => name in values && this.#more.contains(element));
		if (hidden) this.#more.open = true;
		if (values.model !== undefined) void this.#learnPrompts();
	}

	/** Fetches the prompts of the chosen model. Ignores the answer if another model has been chosen in the meantime. */
	async #learnPrompts(): Promise<void> {
		if (!this.command.options.some(({ spec }) => spec.kind === 'text' && spec.prompt)) return;
		const chosen = () => String(this.values().model ?? '');
		const model = chosen();
		const answer = await fetchPrompts(this.command.name, model);
		if (model === chosen()) this.#knownPrompts = 'error' in answer ? undefined : answer.known;
	}

	/**
	 * Puts a file into the option that it was dropped on, otherwise into the first empty option of its kind, otherwise into the
	 * first option of its kind.
	 *
	 * @returns false if the command takes no such file
	 */
	attach(file: File, droppedOn?: Element): boolean {
		const kind = uploadKindOf(file.name);
		const places = this.#fields.filter((_, i) => this.command.options[i].spec.kind === kind);
		const aimed = places.find(({ element }) => droppedOn && element.contains(droppedOn));
		const place = aimed ?? places.find((field) => !field.read()) ?? places[0];
		place?.write(file);
		return place !== undefined;
	}

	/** Focuses the first empty field in sight, or the first in sight if none is empty. @returns whether there is one */
	focus(): boolean {
		const inSight = this.#fields.filter(({ element }) => this.#more.open || !this.#more.contains(element));
		const field = inSight.find((candidate) => !candidate.read()) ?? inSight[0];
		field?.focus();
		return field !== undefined;
	}

	/** The first problem in the form, if any; its field gets the focus. */
	problem(): string | undefined {
		for (const field of this.#fields) {
			const problem = field.problem();
			if (!problem) continue;
			this.focusOption(field.name);
			return problem;
		}
		return undefined;
	}

	/** Focuses the field of an option, if there is one. */
	focusOption(name: string): void {
		const field = this.#fields.find((candidate) => candidate.name === name);
		if (!field) return;
		if (this.#more.contains(field.element)) this.#more.open = true;
		field.focus();
	}

	#pictureBeside(name: string): File | undefined {
		const field = this.#fields.find((candidate) => candidate instanceof ImageField && candidate.name !== name);
		const file = field?.read();
		return file instanceof File ? file : undefined;
	}
}
