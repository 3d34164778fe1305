/** Reads a command typed as text, after /flipside or a mention, from Slack's version of it. */
import type { Command } from '../../../commands/lib/command.ts';
import { readTyped, type TypedRequest, type TypedSurroundings } from '../../chat/typed-request.ts';
import { asTyped } from './text.ts';

/**
 * @param text as Slack sends it
 * @throws {UserError} when it cannot be read, or the command has no place for a file
 */
export function readSlackText(
	commands: readonly Command[],
	text: string,
	surroundings?: TypedSurroundings,
): TypedRequest {
	// With names it is clear which command this is, and whether that needs the ids of people and roles.
	const typed = readTyped(commands, asTyped(text), surroundings);
	const { options = {} } = commands.find(({ name }) => name === typed.command) ?? {};
	const byId = Object.values(options).some((spec) => spec.kind === 'user' || (spec.kind === 'text' && spec.roles));
	return byId ? readTyped(commands, asTyped(text, 'ids'), surroundings) : typed;
}
