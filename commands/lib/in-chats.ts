/** The registry as chats see it. */
import type { Command } from './command.ts';

/** The commands without the options that only the command line has. */
export const inChats = (commands: readonly Command[]): readonly Command[] => commands.map(inChat);

function inChat(command: Command): Command {
	const all = Object.entries(command.options);
	const shown = all.filter(([, { commandLineOnly }]) => !commandLineOnly);
	return shown.length === all.length ? command : { ...command, options: Object.fromEntries(shown) };
}
