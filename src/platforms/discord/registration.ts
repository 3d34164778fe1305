/** Everything that is registered with Discord: the slash commands and those in a message's menu. */
import {
	type ApplicationIntegrationType,
	InteractionContextType,
	type RESTPutAPIApplicationCommandsJSONBody,
} from 'discord.js';
import type { Command } from '../../../commands/lib/command.ts';
import { messageCommands } from './message-commands.ts';
import { slashCommands } from './slash-commands.ts';

/** Where all our commands work: in servers, in private with the bot, and in private with others. */
const contexts = [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel];

/** @param installs how people can install the application; Discord may refuse commands for other ways */
export function registration(
	commands: readonly Command[],
	installs: readonly ApplicationIntegrationType[],
): RESTPutAPIApplicationCommandsJSONBody {
	const everywhere = { integration_types: [...installs], contexts };
	return [...slashCommands(commands), ...messageCommands(commands)].map((command) => ({ ...command, ...everywhere }));
}
