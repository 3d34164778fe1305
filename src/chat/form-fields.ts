/** The fields of a command's form, derived from its option specs. Platforms draw them as well as they can. */
import { modelsFor } from '../../commands/lib/models-for.ts';
import type { OptionSpec, RawValue, UploadKind } from '../../commands/lib/options.ts';
import type { ModelSummary } from '../../gpu/queue/runner.ts';

/** The prefilled value as text, for platforms that can draw only a text field. */
interface Filled {
	readonly text: string;
}

export type FormField = Filled &
	(
		| { readonly kind: 'text' }
		/** One of several; `standard` applies if none is chosen. */
		| { readonly kind: 'choice'; readonly choices: readonly string[]; readonly standard: string }
		/** Some of several, separated by commas in the text. */
		| { readonly kind: 'choices'; readonly choices: readonly string[]; readonly maxCount: number }
		| { readonly kind: 'flag'; readonly on: boolean }
		| { readonly kind: 'upload'; readonly of: UploadKind }
		/** In the text as in options: platform and id. */
		| { readonly kind: 'person' }
	);

/**
 * @param given the prefilled value; a file cannot be shown in a form
 * @param models the installed models; without any, a model is typed
 */
export function formField(
	spec: OptionSpec,
	given: RawValue | undefined,
	models: readonly ModelSummary[] = [],
): FormField {
	const text = given === undefined || typeof given === 'object' ? '' : String(given);
	switch (spec.kind) {
		case 'choice':
			return { kind: 'choice', text, choices: spec.choices, standard: spec.default };
		case 'names':
			return { kind: 'choices', text, choices: spec.choices, maxCount: spec.maxCount };
		case 'model': {
			const choices = modelsFor(spec, models).map(({ name }) => name);
			return choices.length > 0 ? { kind: 'choice', text, choices, standard: choices[0] } : { kind: 'text', text };
		}
		case 'flag':
			return { kind: 'flag', text, on: text === 'yes' || text === 'true' };
		case 'image':
		case 'embeddings':
			return { kind: 'upload', text, of: spec.kind };
		case 'user':
			return { kind: 'person', text };
		default:
			return { kind: 'text', text };
	}
}
