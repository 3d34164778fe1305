/** Handles commands, forms and button presses. */
import type { Command } from '../../../commands/lib/command.ts';
import { findCommand } from '../../../commands/lib/find-command.ts';
import type { RawOptions, RawValue } from '../../../commands/lib/options.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { soon } from '../../chat/at-most.ts';
import type { Desk } from '../../desk/desk.ts';
import type { PressOutcome } from '../../desk/view.ts';
import type { Incoming, IncomingFiles } from '../../uploads/incoming.ts';
import type { Answers, Scene } from './answers.ts';
import type { Api } from './api.ts';
import { complaints } from './complaints.ts';
import { type FormInput, type FormMemory, formOf, type GivenFile } from './modal.ts';
import type { People } from './people.ts';
import { sentence } from './render.ts';
import type { SentMessage } from './sent-message.ts';
import { NAME } from './settings.ts';
import { type FileSource, identified, incomingShared, type SharedFile } from './shared-files.ts';
import { type FormState, readSubmission, type Submission } from './submission.ts';
import { readSlackText } from './typed-request.ts';

export interface FrontDeps {
	readonly desk: Desk;
	readonly api: Api;
	readonly people: People;
	readonly answers: Answers;
	readonly files: FileSource;
}

/** A form must open within 3 s of the click that asked for it; looking up the models may take a third of that. */
const MODELS_MS = 1000;

export class Front {
	readonly #deps: FrontDeps;

	constructor(deps: FrontDeps) {
		this.#deps = deps;
	}

	/**
	 * Handles a typed command. Without options, or without a file that it needs, it opens its form.
	 *
	 * @throws {UserError} when the command cannot be read, or an option is wrong
	 */
	async command(scene: Scene, text: string, triggerId: string): Promise<void> {
		const { desk, answers } = this.#deps;
		if (text.trim() === '') return answers.ask(scene, 'help', {});
		const { command: name, values } = readSlackText(desk.commands, text, { isCommand: true });
		const command = findCommand(desk.commands, name);
		if (wantsForm(command, values)) return this.openForm(triggerId, { ...scene, command, options: values });
		return this.ask(scene, command, values);
	}

	/** @throws {UserError} for the first option that is wrong, before anything is posted */
	ask(scene: Scene, command: Command, options: RawOptions, files?: IncomingFiles): Promise<void> {
		const [problem] = Object.values(complaints(command, options, files));
		if (problem) throw new UserError(problem);
		return this.#deps.answers.ask(scene, command.name, options, files);
	}

	async openForm(triggerId: string, form: Omit<FormInput, 'models' | 'hint'>): Promise<void> {
		const { desk, api } = this.#deps;
		const models = await soon(MODELS_MS, desk.models());
		const { command, channel, thread, options, files } = form;
		const hint = (text: string) => desk.hint({ platform: NAME, thread }, text);
		const view = formOf({ command, channel, thread, options, files, models, hint });
		await api.swift.views.open({ trigger_id: triggerId, view });
	}

	/**
	 * Reads and checks what was filled into a form; immediately, because Slack waits only 3 s for errors.
	 *
	 * @returns undefined for a form of an older version of the bot: its command is gone, or a field that it lacks is wrong
	 */
	readForm(state: FormState, memory: FormMemory): Submission | undefined {
		const command = this.#deps.desk.commands.find(({ name }) => name === memory.command);
		const submission = command && readSubmission(command, state, memory);
		return submission && Object.keys(submission.errors).every((field) => field in state) ? submission : undefined;
	}

	/** Makes the request of a form without errors. */
	async submit(scene: Scene, { command }: FormMemory, { options, files }: Submission): Promise<void> {
		const given = Object.entries(files);
		// The desk fetches web addresses.
		const known = given.flatMap(([name, file]): [string, RawValue][] =>
			'blob' in file ? [[name, file]] : 'address' in file ? [[name, file.address]] : [],
		);
		const coming = given.flatMap(([name, file]) =>
			'blob' in file || 'address' in file ? [] : [[name, this.incoming(file)] as const],
		);
		const all = { ...options, ...Object.fromEntries(known) };
		await this.#deps.answers.ask(scene, command, all, Object.fromEntries(coming));
	}

	/** Completes what Slack says about files. Throws a UserError for a file that the bot cannot see. */
	identified(files: readonly SharedFile[]): Promise<readonly SharedFile[]> {
		return Promise.all(files.map((file) => identified(file, this.#deps.api)));
	}

	/** A file that is fetched once its request is stored. */
	incoming(file: Extract<GivenFile, { file: string }> | SharedFile): Incoming {
		const shared = 'file' in file ? { id: file.file, name: file.name } : file;
		return incomingShared(shared, this.#deps.files);
	}

	/** Handles a button, or a shortcut that acts as one. */
	async press(scene: Scene, id: string, pressed: SentMessage, triggerId: string): Promise<void> {
		const { desk, people } = this.#deps;
		const outcome = await desk.press(id, await people.user(scene.userId, scene.userName));
		await this.#follow(outcome, scene, pressed, triggerId);
	}

	async #follow(outcome: PressOutcome, scene: Scene, pressed: SentMessage, triggerId: string): Promise<void> {
		switch (outcome.type) {
			case 'delete':
				await pressed.delete();
				return scene.whisper(sentence(outcome.text, outcome.buttons));
			case 'whisper':
				return scene.whisper(sentence(outcome.text, outcome.buttons));
			case 'request':
				return this.#deps.answers.converse(scene, outcome.open);
			case 'form': {
				const command = findCommand(this.#deps.desk.commands, outcome.command);
				return this.openForm(triggerId, { ...scene, command, options: outcome.options });
			}
		}
	}
}

/**
 * Whether to open a command's form: if a picture is missing, since nobody can type one, or if only the name of a command with
 * options was typed. Commands that answer in private anyway, such as /queue, need no form in the second case.
 */
function wantsForm({ options, personal }: Command, values: RawOptions): boolean {
	const missing = Object.entries(options).filter(([name, { required }]) => required && !(name in values));
	if (missing.some(([, { kind }]) => kind === 'image')) return true;
	const bare = Object.keys(values).length === 0 && Object.keys(options).length > 0;
	return bare && (!personal || missing.length > 0);
}
