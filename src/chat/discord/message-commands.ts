/** Commands in the menu of a message ("Apps"): what people do with a picture that is there already. */
import { ApplicationCommandType, type RESTPostAPIContextMenuApplicationCommandsJSONBody } from 'discord.js';
import type { Command } from '../../../commands/command.ts';
import { EVERYWHERE } from './commands.ts';

export type MessageCommand =
	/** The form of a command, with the message's picture in it. */
	| { readonly name: string; readonly type: 'picture'; readonly command: string }
	/** What the button of this action does under a result of ours. */
	| { readonly name: string; readonly type: 'action'; readonly action: string; readonly ephemeral: boolean };

const MESSAGE_COMMANDS: readonly MessageCommand[] = [
	{ name: 'Use as sketch', type: 'picture', command: 'edit' },
	{ name: 'Inpaint this', type: 'picture', command: 'inpaint' },
	{ name: 'Show settings', type: 'action', action: 'details', ephemeral: true },
	{ name: 'Run again', type: 'action', action: 'again', ephemeral: false },
];

export const findMessageCommand = (name: string) => MESSAGE_COMMANDS.find((command) => command.name === name);

/** @param commands the registry: a form is offered only of a command in it */
export function messageCommands(commands: readonly Command[]): RESTPostAPIContextMenuApplicationCommandsJSONBody[] {
	return MESSAGE_COMMANDS.filter(
		(entry) => entry.type === 'action' || commands.some(({ name }) => name === entry.command),
	).map(({ name }) => ({ type: ApplicationCommandType.Message, name, ...EVERYWHERE }));
}
