/** Where people write: a line of text, or a command's form. What they wrote stays until the server has accepted it. */
import { uploadKindOf } from '../../../../commands/lib/upload-kinds.ts';
import type { WireCommand, WireExample, WireModel, WirePressed, WireRegistry } from '../wire.ts';
import { announce } from './announce.ts';
import { pictureFile, sendCommand } from './api.ts';
import { CommandForm } from './command-form.ts';
import { h, icon, iconButton } from './dom.ts';
import { Draft } from './draft.ts';
import { ACCEPTED_EMBEDDINGS } from './file-field.ts';
import { ACCEPTED } from './image-field.ts';
import { LineEditor } from './line-editor.ts';
import { Recall } from './recall.ts';
import { type FormValues, type Sent, toFormData } from './sent.ts';
import { drawSketch } from './sketch.ts';
import { uploadProblem } from './upload-problem.ts';

export class Composer {
	readonly element: HTMLFormElement;
	readonly #registry: WireRegistry;
	readonly #models: Promise<readonly WireModel[]>;
	readonly #line: LineEditor;
	readonly #body = h('div', { class: 'composer-body' });
	readonly #problem = h('p', { class: 'problem', role: 'alert', hidden: true });
	readonly #send: HTMLButtonElement;
	readonly #lineTools: HTMLElement;
	readonly #recall = new Recall();
	readonly #asked: (id: string) => void;
	/** Reopens the form that was closed without being sent. */
	readonly #reopen: HTMLButtonElement;
	#closed: Sent | undefined;
	readonly #draft = new Draft(() => this.#present());
	#form: CommandForm | undefined;
	/** Whether what is shown was recalled, and has not been changed since. */
	#recalled = false;

	/** @param asked called with the id of every request that was accepted */
	constructor(registry: WireRegistry, models: Promise<readonly WireModel[]>, asked: (id: string) => void) {
		this.#registry = registry;
		this.#asked = asked;
		this.#models = models;
		this.#line = new LineEditor(registry.commands, (command) => this.open(command));
		const accept = `${ACCEPTED},${ACCEPTED_EMBEDDINGS}`;
		const picker = h('input', { type: 'file', accept, class: 'unseen', tabIndex: -1, 'aria-hidden': 'true' });
		picker.addEventListener('change', () => {
			if (picker.files?.[0]) void this.attach(picker.files[0]);
			picker.value = '';
		});
		this.#lineTools = h(
			'div',
			{ class: 'line-tools' },
			iconButton('attach', 'Attach a file', () => picker.click()),
			iconButton('brush', 'Draw a sketch', () => void this.#sketch()),
			picker,
		);
		this.#reopen = h('button', {
			type: 'button',
			class: 'plain small',
			hidden: true,
			onclick: () => this.#showClosed(),
		});
		this.#send = h('button', { class: 'send', type: 'submit', 'aria-label': 'Send', title: 'Send' }, icon('send'));
		this.element = h(
			'form',
			{
				noValidate: true,
				onsubmit: (event: Event) => this.#onSubmit(event),
				onkeydown: (e: KeyboardEvent) => this.#onKey(e),
			},
			this.#problem,
			this.#body,
			h('div', { class: 'bar' }, this.#lineTools, this.#reopen, this.#send),
		);
		this.element.addEventListener('input', () => {
			this.#recalled = false;
			this.#recall.leave();
			this.#complain(undefined);
			this.#draft.changed();
		});
		this.element.addEventListener('change', () => this.#draft.changed());
		this.#showLine('');
	}

	focus(): void {
		if (!this.#form) this.#line.box.focus();
		else if (!this.#form.focus()) this.#send.focus();
	}

	/** Turns the composer into a command's form. */
	open(command: WireCommand, values: FormValues = {}): void {
		const form = new CommandForm(command, {
			registry: this.#registry,
			models: this.#models,
			attach: (file, field) => void this.attach(file, field),
			refuse: (problem) => this.#complain(problem),
			close: () => this.#close(),
		});
		this.#form = form;
		this.#lineTools.hidden = true;
		this.#reopen.hidden = true;
		this.#line.set('', []);
		this.#complain(undefined);
		this.#body.replaceChildren(form.element);
		form.write(values);
		this.#draft.changed();
		this.focus();
	}

	/** Restores what was being written in this tab before a reload. */
	async restore(): Promise<void> {
		const draft = await this.#draft.last();
		if (!draft || !this.#isBlank()) return;
		this.#put(draft);
		this.focus();
	}

	/** Closes the form, which can be reopened with its values. */
	#close(): void {
		const { command } = this.#form ?? {};
		const values = this.#form?.values() ?? {};
		this.#closed = command && Object.keys(values).length > 0 ? { command: command.name, values } : undefined;
		this.#showLine('');
		this.focus();
	}

	#showClosed(): void {
		if (this.#closed) this.#put(this.#closed);
	}

	#put(sent: Sent): void {
		if ('line' in sent) {
			this.#showLine(sent.line, sent.attachments);
			return;
		}
		const command = this.#registry.commands.find(({ name }) => name === sent.command);
		if (command) this.open(command, sent.values);
	}

	/** What would be sent now, complete or not. */
	#present(): Sent {
		if (this.#form) return { command: this.#form.command.name, values: this.#form.values() };
		return { line: this.#line.box.value, attachments: this.#line.attachments };
	}

	/** Sends an example, with the file that its line names. */
	async run({ line, upload }: WireExample): Promise<void> {
		if (this.#isBusy) return;
		this.focus();
		try {
			await this.#ask({ line, attachments: upload ? [await pictureFile(upload.url, upload.name)] : [] });
		} catch {
			this.#complain('The example could not be read; check whether the bot is still running.');
		}
	}

	/** Opens a command's form with values from the server, in which pictures are references. */
	async fill({ command: name, options }: NonNullable<WirePressed['form']>): Promise<void> {
		const command = this.#registry.commands.find((candidate) => candidate.name === name);
		if (!command) return;
		const entries = Object.entries(options).map(async ([option, value]): Promise<[string, string | File]> => {
			if (typeof value !== 'object') return [option, String(value ?? '')];
			return [option, await pictureFile(`/pictures/${value.blob}.png`, value.name)];
		});
		this.open(command, Object.fromEntries(await Promise.all(entries)));
	}

	/** Uses a file in the open form, with the typed command, or else in the first command that takes such a file. */
	async attach(file: File, droppedOn?: Element): Promise<void> {
		const problem = await uploadProblem(file, this.#registry.maxUploadBytes);
		this.#complain(problem);
		if (problem) return;
		const typed = this.#registry.commands.find(({ name }) => name === this.#line.commandName);
		if (this.#form?.attach(file, droppedOn)) this.focus();
		else if (!this.#form && typed) this.#line.attach(file);
		else this.#openWith(file);
		this.#draft.changed();
		announce(`${file.name} is attached.`);
	}

	#openWith(file: File): void {
		const kind = uploadKindOf(file.name);
		const taker = this.#registry.commands.find(({ options }) => options.some(({ spec }) => spec.kind === kind));
		const place = taker?.options.find(({ spec }) => spec.kind === kind);
		if (!taker || !place) {
			this.#complain(`No command takes a file like ${file.name}.`);
			return;
		}
		const prompt = taker.options.find(({ spec }) => spec.kind === 'text' && spec.positional);
		const text = this.#line.box.value.trim();
		this.open(taker, { [place.name]: file, ...(prompt && text && { [prompt.name]: text }) });
	}

	#showLine(text: string, attachments: readonly File[] = []): void {
		this.#form = undefined;
		this.#lineTools.hidden = false;
		this.#complain(undefined);
		this.#body.replaceChildren(this.#line.element);
		this.#line.set(text, attachments);
		this.#reopen.hidden = !this.#closed;
		this.#reopen.textContent = this.#closed && 'command' in this.#closed ? `Reopen /${this.#closed.command}` : '';
		this.#draft.changed();
	}

	async #sketch(): Promise<void> {
		const sketch = await drawSketch();
		if (sketch) await this.attach(sketch);
	}

	#onKey(event: KeyboardEvent): void {
		if (event.isComposing) return;
		const inText = event.target instanceof HTMLTextAreaElement;
		if (event.key === 'Enter' && inText && !event.shiftKey) {
			event.preventDefault();
			this.element.requestSubmit();
		} else if (event.key === 'Escape' && this.#form) {
			event.preventDefault();
			this.#close();
		} else if (event.key === 'ArrowUp' && inText && (this.#recalled || this.#isBlank())) {
			const sent = this.#recall.back();
			if (sent) this.#showSent(sent, event);
		} else if (event.key === 'ArrowDown' && inText && this.#recalled) {
			this.#showSent(this.#recall.forward(), event);
		}
	}

	#isBlank(): boolean {
		return !this.#form && this.#line.box.value === '' && this.#line.attachments.length === 0;
	}

	#showSent(sent: Sent | undefined, event: KeyboardEvent): void {
		event.preventDefault();
		this.#put(sent ?? { line: '', attachments: [] });
		(this.element.querySelector('textarea') ?? this.#send).focus();
		this.#recalled = sent !== undefined;
	}

	async #onSubmit(event: Event): Promise<void> {
		event.preventDefault();
		if (this.#isBusy) return;
		const sent = this.#form?.typedCommand() ?? this.#written();
		if (typeof sent === 'string') return this.#complain(sent);
		if ('line' in sent && sent.attachments.length === 0) {
			if (sent.line === '') return this.focus();
			const asked = this.#registry.commands.find((command) => isBare(sent.line, command));
			if (asked) return this.open(asked);
		}
		await this.#ask(sent);
	}

	async #ask(sent: Sent): Promise<void> {
		this.#setBusy(true);
		const answer = await sendCommand(toFormData(sent));
		this.#setBusy(false);
		if ('error' in answer) {
			this.#complain(answer.error);
			this.#form?.focusOption(optionOf(answer.error));
			if (!this.element.contains(document.activeElement)) this.focus();
			return;
		}
		this.#asked(answer.id);
		this.#recall.add(sent);
		this.#recalled = false;
		this.#closed = undefined;
		this.#showLine('');
		this.focus();
	}

	/** What to send, or why it cannot be sent. */
	#written(): Sent | string {
		const present = this.#present();
		return this.#form?.problem() ?? ('line' in present ? { ...present, line: present.line.trim() } : present);
	}

	get #isBusy(): boolean {
		return this.#send.getAttribute('aria-disabled') === 'true';
	}

	/** Does not disable the button, which would then lose the focus. */
	#setBusy(busy: boolean): void {
		this.#send.setAttribute('aria-disabled', String(busy));
		this.element.setAttribute('aria-busy', String(busy));
	}

	#complain(problem: string | undefined): void {
		this.#problem.hidden = !problem;
		this.#problem.replaceChildren(...(problem ? [icon('alert'), problem] : []));
	}
}

/** Whether a line is only the name of a command with required options, which its form then asks for. */
const isBare = (line: string, { name, options }: WireCommand) =>
	line
		.trim()
		.replace(/^[/／!]/u, '')
		.toLowerCase() === name && options.some(({ spec }) => spec.required);

/** The option that a refusal is about: it comes first ("steps must be …"), or after "needs" or "Please fill this in". */
const optionOf = (sentence: string) =>
	/^(?:\/\S+(?: \S+)? needs |Please fill this in: )?(\w+)/.exec(sentence)?.[1] ?? '';
