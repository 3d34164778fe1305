/** Checks options before anything is posted, so that a mistake is answered where it was made and not in the channel. */
import type { Command } from '../../../commands/lib/command.ts';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { lackingPrompt, parseOptions } from '../../../commands/lib/parse-options.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { isWebAddress } from '../../uploads/incoming.ts';

/** Only the runner knows the models, so they are left to the desk, which checks everything again. */
const NOTHING_KNOWN = { models: { usable: [], damaged: [] }, drawSeed: () => 0 };

/**
 * @param files by the options that they are for; here they only count as given, and are read after they have arrived
 * @returns a sentence for each wrong option, by the option's name
 */
export function complaints(
	command: Command,
	typed: RawOptions,
	files: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
	const found: Record<string, string> = {};
	const given = Object.fromEntries(Object.keys(files).map((name) => [name, { blob: '', name }]));
	const options: RawOptions = { ...typed, ...given };
	for (const name of Object.keys({ ...command.options, ...options })) {
		const spec = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
		const value = options[name];
		const address = spec?.kind === 'image' && typeof value === 'string' && isWebAddress(value.trim());
		if (address || spec?.kind === 'model') continue;
		try {
			// An unknown option is refused before anything else, with a list of the existing ones.
			const specs = spec ? { [name]: spec } : command.options;
			parseOptions(command.name, specs, value === undefined ? {} : { [name]: value }, NOTHING_KNOWN);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			found[name] = error.message;
		}
	}
	const lacking = lackingPrompt(command.name, command.options, options);
	return lacking ? { ...found, [lacking.name]: lacking.problem } : found;
}
