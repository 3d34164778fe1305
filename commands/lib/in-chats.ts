/** What chats have of the registry. */
import type { Command } from './command.ts';

/** Commands as chats know them: without the options that are for the command line alone. */
export const inChats = (commands: readonly Command[]): readonly Command[] => commands.map(inChat);

function inChat(command: Command): Command {
	const all = Object.entries(command.options);
	const shown = all.filter(([, { commandLineOnly }]) => !commandLineOnly);
	return shown.length === all.length ? command : { ...command, options: Object.fromEntries(shown) };
}
