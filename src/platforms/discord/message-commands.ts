/** Commands in the menu of a message ("Apps"): what people do with a picture that is there already. */
import { ApplicationCommandType, type RESTPostAPIContextMenuApplicationCommandsJSONBody } from 'discord.js';
import type { Command } from '../../../commands/lib/command.ts';
import { MESSAGE_MENU, type MenuEntry } from '../../chat/message-menu.ts';

export type MessageCommand = MenuEntry;

export const findMessageCommand = (name: string) => MESSAGE_MENU.find((command) => command.name === name);

/** @param commands the registry: a form is offered only of a command in it */
export function messageCommands(commands: readonly Command[]): RESTPostAPIContextMenuApplicationCommandsJSONBody[] {
	return MESSAGE_MENU.filter(
		(entry) => entry.type === 'action' || commands.some(({ name }) => name === entry.command),
	).map(({ name }) => ({ type: ApplicationCommandType.Message, name }));
}
