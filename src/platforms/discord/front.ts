/** Handles each kind of interaction: commands, button presses, forms and autocompletion. */
import type {
	AutocompleteInteraction,
	ButtonInteraction,
	ChatInputCommandInteraction,
	MessageContextMenuCommandInteraction,
	ModalSubmitInteraction,
} from 'discord.js';
import type { Command } from '../../../commands/lib/command.ts';
import { findCommand } from '../../../commands/lib/find-command.ts';
import type { RawOptions, Upload } from '../../../commands/lib/options.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { ModelSummary } from '../../../gpu/queue/runner.ts';
import { soon } from '../../chat/at-most.ts';
import { OLD_FORM, ONE_MOMENT } from '../../chat/platform.ts';
import { buttonId } from '../../desk/buttons.ts';
import type { Desk } from '../../desk/desk.ts';
import type { User } from '../../store/records.ts';
import type { IncomingFiles } from '../../uploads/incoming.ts';
import { type Answerable, Answers, type AnswersDeps } from './answers.ts';
import { offers } from './autocomplete.ts';
import { type FormKey, readFormKey, writeFormKey } from './form-key.ts';
import { findMessageCommand, type MessageCommand } from './message-commands.ts';
import { pictureOf } from './message-picture.ts';
import { type DiscordMessageRef, messageKey } from './message-ref.ts';
import { modal } from './modal.ts';
import { userOf } from './people.ts';
import { sentence } from './render.ts';
import { incomingAttachment, readFields, readOptions } from './submission.ts';

export interface FrontDeps extends AnswersDeps {
	readonly desk: Desk;
	/** The origins of Discord's file servers, from which attachments may come. */
	readonly fileOrigins: ReadonlySet<string>;
	/** Ids of roles whose members are staff. */
	readonly staffRoles: ReadonlySet<string>;
}

/** A command and its values so far. */
interface Form {
	readonly command: string;
	readonly options: RawOptions;
	readonly files?: IncomingFiles;
}

/**
 * A form can only be the first answer to an interaction, and only within 3 s. So an interaction that may open one gets this long
 * before it is acknowledged in another way.
 */
const FORM_GRACE_MS = 800;

/** Suggestions must be shown within a second of typing. */
const MODELS_MS = 700;

const FORGOTTEN = 'The bot no longer remembers how this was made. Run the command again.';
const FOREIGN = 'This message is not from the bot, which knows only the settings of its own answers.';
const NO_PICTURE =
	'This message has no picture as a file, in an embed or as a link; choose one with a PNG, JPEG, WebP, GIF or AVIF.';
const OLD_COMMAND =
	'This command no longer exists; the person who runs the bot can remove it from the menu with "deploy".';

export class Front {
	readonly #deps: FrontDeps;
	readonly #answers: Answers;
	#lastModels: readonly ModelSummary[] = [];

	constructor(deps: FrontDeps) {
		this.#deps = deps;
		this.#answers = new Answers(deps);
	}

	/** Handles a slash command, which is acknowledged before anything else because Discord waits only 3 s. */
	async command(interaction: ChatInputCommandInteraction): Promise<void> {
		const name = commandName(interaction);
		const given = interaction.options.data.find(({ options }) => options)?.options ?? interaction.options.data;
		const command = this.#deps.desk.commands.find((candidate) => candidate.name === name);
		const messageRef = await this.#answers.defer(interaction, command?.personal === true);
		await this.#take(interaction, messageRef, async () => ({
			command: name,
			...readOptions(given, this.#deps.fileOrigins),
		}));
	}

	/**
	 * Handles a button press. Its outcome is known only after asking the desk, so it is acknowledged in a way that keeps every
	 * option open: the message stays as it is, and may still be changed, deleted or followed by another.
	 */
	async press(interaction: ButtonInteraction): Promise<void> {
		const key = readFormKey(interaction.customId);
		if (key?.by === 'picture') return this.#showForm(interaction, key, this.#pictureForm(key));
		const button = key?.button ?? interaction.customId;
		const pressing = this.#deps.desk.press(button, this.#user(interaction));
		if ((await soon(FORM_GRACE_MS, pressing))?.type !== 'form') await this.#answers.deferUpdate(interaction);
		const outcome = await pressing;
		switch (outcome.type) {
			case 'form':
				return this.#showForm(interaction, { by: 'button', button }, outcome);
			case 'delete':
				await this.#answers.origin(interaction, interaction.message).delete();
				return this.#answers.whisper(interaction, sentence(outcome.text, outcome.buttons));
			case 'whisper':
				return this.#answers.whisper(interaction, sentence(outcome.text, outcome.buttons));
			case 'request': {
				const messageRef = await this.#answers.sayMore(interaction, sentence(ONE_MOMENT));
				return this.#answers.converse(interaction, messageRef, (show) => outcome.open(show, messageRef));
			}
		}
	}

	/** Handles a command from a message's menu. */
	async messageCommand(interaction: MessageContextMenuCommandInteraction): Promise<void> {
		const command = findMessageCommand(interaction.commandName);
		if (command?.type === 'picture') await this.#offerForm(interaction, command.command);
		else if (command?.type === 'action') await this.#act(interaction, command);
		else throw new UserError(OLD_COMMAND);
	}

	/** Handles a submitted form: opens a request with the earlier values and those filled in. */
	async submit(interaction: ModalSubmitInteraction): Promise<void> {
		const key = readFormKey(interaction.customId);
		if (!key) throw new UserError(OLD_FORM);
		const messageRef = await this.#answers.defer(interaction, false);
		await this.#take(interaction, messageRef, async () => {
			const { command, options } = await this.#form(key, this.#user(interaction));
			const filled = readFields(interaction.fields, this.#deps.fileOrigins);
			return { ...filled, command, options: { ...options, ...filled.options } };
		});
	}

	async autocomplete(interaction: AutocompleteInteraction): Promise<void> {
		const { desk } = this.#deps;
		const { name, value } = interaction.options.getFocused(true);
		const command = commandName(interaction);
		const spec = desk.commands.find((candidate) => candidate.name === command)?.options[name];
		const asked = { command, options: { model: interaction.options.getString('model') ?? '' } };
		const { channel } = messageKey(interaction, '');
		const prompts = () => soon(MODELS_MS, desk.knownPrompts({ ...asked, user: this.#user(interaction) }, channel));
		const found = spec ? await offers(spec, value, { models: () => this.#models(), prompts }) : [];
		await interaction.respond(found.map((offer) => ({ name: offer, value: offer })));
	}

	/** The models, or the last known ones if the worker is slow: suggestions must come within a second. */
	async #models(): Promise<readonly ModelSummary[]> {
		const asking = this.#deps.desk.models().then((models) => {
			this.#lastModels = models;
			return models;
		});
		return (await soon(MODELS_MS, asking)) ?? this.#lastModels;
	}

	/** Hands a request to the desk, and shows its progress in the message. */
	async #take(interaction: Answerable, messageRef: DiscordMessageRef, read: () => Promise<Form>): Promise<void> {
		try {
			const request = { ...(await read()), user: this.#user(interaction), messageRef };
			await this.#answers.converse(
				interaction,
				messageRef,
				async (show) => (await this.#deps.desk.open(request, show)).view,
			);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			await this.#answers.refuse(interaction, messageRef, this.#deps.desk.hint(messageRef, error.message));
		}
	}

	/** Performs a button's action on a message that may no longer show the button. */
	async #act(
		interaction: MessageContextMenuCommandInteraction,
		{ action, ephemeral }: MessageCommand & { type: 'action' },
	): Promise<void> {
		const { targetMessage: target, client } = interaction;
		const request = this.#deps.desk.requestAt(messageKey(interaction, target.id));
		if (!request) throw new UserError(target.author.id === client.user.id ? FORGOTTEN : FOREIGN);
		const messageRef = await this.#answers.defer(interaction, ephemeral);
		const outcome = await this.#deps.desk.press(buttonId(action, request), this.#user(interaction));
		if (outcome.type === 'request') {
			await this.#answers.converse(interaction, messageRef, (show) => outcome.open(show, messageRef));
		} else if (outcome.type === 'whisper') {
			await this.#answers.refuse(interaction, messageRef, outcome.text);
		} else throw new Error(`the action ${action} results in ${outcome.type}, which a message's menu cannot show`);
	}

	/** Opens a command's form for a message's picture. */
	async #offerForm(interaction: MessageContextMenuCommandInteraction, command: string): Promise<void> {
		const found = pictureOf(interaction.targetMessage);
		if (!found) throw new UserError(NO_PICTURE);
		const { fileOrigins, desk } = this.#deps;
		const user = this.#user(interaction);
		const taking =
			typeof found === 'string'
				? desk.takeAddress(found, user)
				: desk.take('image', incomingAttachment(found, fileOrigins), user);
		if (!(await soon(FORM_GRACE_MS, taking))) await this.#answers.defer(interaction, true);
		const key = { by: 'picture', command, picture: await taking } as const;
		await this.#showForm(interaction, key, this.#pictureForm(key));
	}

	#pictureForm({ command, picture }: { readonly command: string; readonly picture: Upload }): Form {
		const { options } = findCommand(this.#deps.desk.commands, command);
		const name = Object.keys(options).find((option) => options[option].kind === 'image');
		if (name === undefined) throw new UserError(`/${command} takes no picture.`);
		return { command, options: { [name]: picture } };
	}

	/** What a submitted form was about. */
	async #form(key: FormKey, user: User): Promise<Form> {
		if (key.by === 'picture') return this.#pictureForm(key);
		const outcome = await this.#deps.desk.press(key.button, user);
		if (outcome.type === 'form') return outcome;
		throw new UserError(outcome.type === 'whisper' ? outcome.text : OLD_FORM);
	}

	/** Shows a form, or, if it is too late for the form to be the first answer, a button that opens it. */
	async #showForm(
		interaction: ButtonInteraction | MessageContextMenuCommandInteraction,
		key: FormKey,
		{ command, options }: Form,
	): Promise<void> {
		const id = writeFormKey(key);
		if (interaction.deferred) {
			const open = { id, label: 'Open the form', style: 'primary' } as const;
			return this.#answers.whisper(interaction, sentence(`The form for /${command} is ready.`, [open]));
		}
		const found: Command = findCommand(this.#deps.desk.commands, command);
		await interaction.showModal(modal(found, options, id));
	}

	#user(interaction: Answerable | AutocompleteInteraction): User {
		return userOf(interaction, this.#deps.staffRoles);
	}
}

/** "mnist train": a command with its subcommand, if it has any. */
function commandName({ commandName, options }: ChatInputCommandInteraction | AutocompleteInteraction): string {
	return [commandName, options.getSubcommand(false)].filter(Boolean).join(' ');
}
