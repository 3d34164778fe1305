/** What Discord suggests while somebody types into an option. */
import { modelsFor } from '../../../commands/lib/models-for.ts';
import type { OptionSpec } from '../../../commands/lib/options.ts';
import type { ModelSummary } from '../../../gpu/queue/runner.ts';
import { MAX_CHOICES } from './slash-commands.ts';

/** The longest name or value of a suggestion, in characters. */
const MAX_OFFER = 100;

/** What suggestions may depend on; called only when they do. */
export interface OfferSources {
	readonly models: () => Promise<readonly ModelSummary[]>;
	/** See Desk.knownPrompts. */
	readonly prompts: () => Promise<readonly string[] | undefined>;
}

/**
 * @param typed the text in the option so far
 * @returns at most 25 complete values for the option, starting with those that begin with the typed text
 */
export async function offers(spec: OptionSpec, typed: string, { models, prompts }: OfferSources): Promise<string[]> {
	switch (spec.kind) {
		case 'text':
			return matching((spec.prompt && (await prompts())) ?? spec.suggestions ?? [], typed);
		case 'choice':
			return matching(spec.choices, typed);
		case 'model':
			return matching(
				modelsFor(spec, await models()).map((model) => model.name),
				typed,
			);
		case 'names':
			return listOffers(spec.choices, typed);
		default:
			return [];
	}
}

/** Completes the last name of a list; the names before it are kept, and are not suggested again. */
function listOffers(choices: readonly string[], typed: string): string[] {
	const before = typed.split(',').map((name) => name.trim());
	const last = before.pop() ?? '';
	const left = choices.filter((choice) => !before.includes(choice));
	return matching(left, last, (name) => [...before, name].join(','));
}

function matching(candidates: readonly string[], typed: string, whole = (candidate: string) => candidate): string[] {
	const wanted = typed.trim().toLowerCase();
	const foundAt = (candidate: string) => candidate.toLowerCase().indexOf(wanted);
	const found = candidates.filter((candidate) => foundAt(candidate) !== -1);
	const ordered = [...found.filter((name) => foundAt(name) === 0), ...found.filter((name) => foundAt(name) > 0)];
	return ordered
		.map(whole)
		.filter((offer) => offer.length > 0 && offer.length <= MAX_OFFER)
		.slice(0, MAX_CHOICES);
}
