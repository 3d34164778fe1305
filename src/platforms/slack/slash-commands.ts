/** The slash commands of the workspace: one for everything, and where a prefix is set one for each command as well. */
import type { Command } from '../../../commands/lib/command.ts';
import { MAIN_COMMAND } from '../../chat/typed-request.ts';

/** "/if-anagram"; of commands with verbs the first word, the verb is typed: "/if-mnist train". */
export function slashNames(commands: readonly Command[], prefix: string | undefined): string[] {
	if (prefix === undefined) return [MAIN_COMMAND];
	const first = new Set(commands.map(({ name }) => name.split(' ')[0]));
	return [MAIN_COMMAND, ...[...first].map((name) => `/${prefix}${name}`)];
}

/** What a person would have typed after the one for everything. */
export function typedAfterMain(slash: string, text: string, prefix = ''): string {
	if (slash === MAIN_COMMAND) return text;
	return `${slash.slice(1 + prefix.length)} ${text}`;
}
