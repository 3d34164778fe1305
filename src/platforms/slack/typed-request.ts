/** A command typed as text, after /flipside or a mention, out of what Slack made of it. */
import type { Command } from '../../../commands/lib/command.ts';
import { readTyped, type TypedRequest, type TypedSurroundings } from '../../chat/typed-request.ts';
import { asTyped } from './text.ts';

/**
 * @param text as Slack sends it
 * @throws {UserError} when it cannot be read, or a file has no place
 */
export function readSlackText(
	commands: readonly Command[],
	text: string,
	surroundings?: TypedSurroundings,
): TypedRequest {
	// A name is enough to see which command it is, and whether that wants people and roles by their ids.
	const typed = readTyped(commands, asTyped(text), surroundings);
	const { options = {} } = commands.find(({ name }) => name === typed.command) ?? {};
	const byId = Object.values(options).some((spec) => spec.kind === 'user' || (spec.kind === 'text' && spec.roles));
	return byId ? readTyped(commands, asTyped(text, 'ids'), surroundings) : typed;
}
