/** Commands in a message's menu ("Apps"), for things to do with an existing picture. */
import { ApplicationCommandType, type RESTPostAPIContextMenuApplicationCommandsJSONBody } from 'discord.js';
import type { Command } from '../../../commands/lib/command.ts';
import { MESSAGE_MENU, type MenuEntry } from '../../chat/message-menu.ts';

export type MessageCommand = MenuEntry;

export const findMessageCommand = (name: string) => MESSAGE_MENU.find((command) => command.name === name);

/** @param commands the registry: only commands in it are offered as forms */
export function messageCommands(commands: readonly Command[]): RESTPostAPIContextMenuApplicationCommandsJSONBody[] {
	return MESSAGE_MENU.filter(
		(entry) => entry.type === 'action' || commands.some(({ name }) => name === entry.command),
	).map(({ name }) => ({ type: ApplicationCommandType.Message, name }));
}
