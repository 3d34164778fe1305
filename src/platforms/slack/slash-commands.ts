/** The workspace's slash commands: one for everything and, if a prefix is set, also one for each command. */
import type { Command } from '../../../commands/lib/command.ts';
import { MAIN_COMMAND } from '../../chat/typed-request.ts';

/** "/if-anagram"; for commands with verbs only the first word, after which the verb is typed: "/if-mnist train". */
export function slashNames(commands: readonly Command[], prefix: string | undefined): string[] {
	if (prefix === undefined) return [MAIN_COMMAND];
	const first = new Set(commands.map(({ name }) => name.split(' ')[0]));
	return [MAIN_COMMAND, ...[...first].map((name) => `/${prefix}${name}`)];
}

/** What a person would have typed after the main command. */
export function typedAfterMain(slash: string, text: string, prefix = ''): string {
	if (slash === MAIN_COMMAND) return text;
	return `${slash.slice(1 + prefix.length)} ${text}`;
}
