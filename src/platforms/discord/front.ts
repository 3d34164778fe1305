/** What the bot does with each interaction: commands, button presses, forms, and typing. */
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
import { ONE_MOMENT } from '../../chat/platform.ts';
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
	/** Where attachments may come from: the origins of Discord's file servers. */
	readonly fileOrigins: ReadonlySet<string>;
	/** Ids of roles whose members are staff. */
	readonly staffRoles: ReadonlySet<string>;
}

/** A command and what is filled in so far. */
interface Form {
	readonly command: string;
	readonly options: RawOptions;
	readonly files?: IncomingFiles;
}

/**
 * A form can only be the first answer to an interaction, and only within 3 s. So whatever may lead to one gets a moment
 * before it is acknowledged otherwise.
 */
const FORM_GRACE_MS = 800;

/** What is offered while somebody types must be there within a second. */
const MODELS_MS = 700;

const FORGOTTEN = 'The bot no longer remembers how this was made. Run the command again.';
const FOREIGN = 'This message is not an answer of the bot; it knows the settings only of what it has made itself.';
const NO_PICTURE =
	'There is no picture in this message, as a file, in an embed or by a link; choose one with a PNG, JPEG, WebP, GIF or AVIF.';
const OLD_COMMAND = 'This command is no longer there; whoever runs the bot can take it out of the menu with "deploy".';
const OLD_FORM = 'This form is too old. Open it again.';

export class Front {
	readonly #deps: FrontDeps;
	readonly #answers: Answers;
	#lastModels: readonly ModelSummary[] = [];

	constructor(deps: FrontDeps) {
		this.#deps = deps;
		this.#answers = new Answers(deps);
	}

	/** A slash command: acknowledged before anything else, as Discord waits 3 s only. */
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
	 * A button. What it leads to is known only after the desk was asked, so it is acknowledged in the way that leaves all
	 * open: the pressed message stays as it is, and may still be changed, deleted, or followed by another.
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

	/** A command of a message's menu. */
	async messageCommand(interaction: MessageContextMenuCommandInteraction): Promise<void> {
		const command = findMessageCommand(interaction.commandName);
		if (command?.type === 'picture') await this.#offerForm(interaction, command.command);
		else if (command?.type === 'action') await this.#act(interaction, command);
		else throw new UserError(OLD_COMMAND);
	}

	/** A form that was sent: a request, with what was given already and what was filled in. */
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

	/** Those of the last time where the worker is slow to say, as while it loads one: offers are of no use later than a second. */
	async #models(): Promise<readonly ModelSummary[]> {
		const asking = this.#deps.desk.models().then((models) => {
			this.#lastModels = models;
			return models;
		});
		return (await soon(MODELS_MS, asking)) ?? this.#lastModels;
	}

	/** Hands a request to the desk, and shows in the message what becomes of it. */
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

	/** The action of a button, on a message that may no longer show it. */
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
		} else throw new Error(`the action ${action} leads to ${outcome.type}, and a message's menu has no place for that`);
	}

	/** The form of a command for the picture of a message. */
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

	/** What a form was about, when it comes back. */
	async #form(key: FormKey, user: User): Promise<Form> {
		if (key.by === 'picture') return this.#pictureForm(key);
		const outcome = await this.#deps.desk.press(key.button, user);
		if (outcome.type === 'form') return outcome;
		throw new UserError(outcome.type === 'whisper' ? outcome.text : OLD_FORM);
	}

	/** A form that comes too late to be the first answer gets a button that opens it. */
	async #showForm(
		interaction: ButtonInteraction | MessageContextMenuCommandInteraction,
		key: FormKey,
		{ command, options }: Form,
	): Promise<void> {
		const id = writeFormKey(key);
		if (interaction.deferred) {
			const open = { id, label: 'Open the form', style: 'primary' } as const;
			return this.#answers.whisper(interaction, sentence(`The form of /${command} is ready.`, [open]));
		}
		const found: Command = findCommand(this.#deps.desk.commands, command);
		await interaction.showModal(modal(found, options, id));
	}

	#user(interaction: Answerable | AutocompleteInteraction): User {
		return userOf(interaction, this.#deps.staffRoles);
	}
}

/** "mnist train": a command, and its subcommand where it has some. */
function commandName({ commandName, options }: ChatInputCommandInteraction | AutocompleteInteraction): string {
	return [commandName, options.getSubcommand(false)].filter(Boolean).join(' ');
}
