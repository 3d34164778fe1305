/** Reads what was typed into a prompt option, which may have other options after it or be a whole command. */
import { UserError } from '../../gpu/jobs/index.ts';
import { readable } from './characters.ts';
import type { Command } from './command.ts';
import type { OptionSpecs, RawOptions } from './options.ts';
import { hasOptions, parseWords } from './parse-text.ts';
import { MAX_QUOTED, shorten } from './shorten.ts';
import { splitWords } from './split-words.ts';
import { wholeCommand } from './whole-command.ts';

/**
 * Moves options that were typed inside a prompt to their own places. A whole command counts as the prompt in it, if it is
 * this command.
 *
 * @param commands the registry
 * @throws {UserError} for another command, an option given twice, or anything that a typed line could not have either
 */
export function withPromptsRead(commands: readonly Command[], command: Command, given: RawOptions): RawOptions {
	const read: Record<string, RawOptions[string]> = { ...given };
	for (const [field, spec] of Object.entries(command.options)) {
		const typed = given[field];
		if (spec.kind !== 'text' || !spec.prompt || typeof typed !== 'string') continue;
		const text = withoutCommand(commands, command, field, typed);
		if (text === typed && !hasOptions(text.split(/\s+/), command.options)) continue;
		const values = parseWords({ ...command, options: onlyPlace(command.options, field) }, splitWords(text));
		for (const [name, value] of Object.entries({ [field]: '', ...values })) {
			if (name !== field && readable(String(read[name] ?? '')) !== '') {
				throw new UserError(`${name} is given twice, in ${field} and in its own place; give it once.`);
			}
			read[name] = value;
		}
	}
	return read;
}

function withoutCommand(commands: readonly Command[], { name }: Command, field: string, typed: string): string {
	const names = commands.map((command) => command.name);
	const meant = wholeCommand(typed, names);
	if (meant === undefined) return typed;
	if (meant === name) return typed.replace(/^\s*[/／!]\s?\S+/u, '').trim();
	throw new UserError(
		`“${shorten(typed, MAX_QUOTED)}” is a whole command: send /${meant} by itself, because ${field} of /${name} is only for what to show.`,
	);
}

/** The options, of which only `field` is positional. */
const onlyPlace = (specs: OptionSpecs, field: string): OptionSpecs =>
	Object.fromEntries(
		Object.entries(specs).map(([name, spec]) => [name, { ...spec, positional: name === field ? true : undefined }]),
	);
