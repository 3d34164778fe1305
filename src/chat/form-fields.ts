/** A command's form, out of the specs of its options: what each is asked for with. Platforms draw it as well as they can. */
import { modelsFor } from '../../commands/lib/models-for.ts';
import type { OptionSpec, RawValue, UploadKind } from '../../commands/lib/options.ts';
import type { ModelSummary } from '../../gpu/queue/runner.ts';

/** What is filled in already, as text: what draws no other field can always ask for that. */
interface Filled {
	readonly text: string;
}

export type FormField = Filled &
	(
		| { readonly kind: 'text' }
		/** One of several; `standard` is meant where none is chosen. */
		| { readonly kind: 'choice'; readonly choices: readonly string[]; readonly standard: string }
		/** Some of several, in the text separated by commas. */
		| { readonly kind: 'choices'; readonly choices: readonly string[]; readonly maxCount: number }
		| { readonly kind: 'flag'; readonly on: boolean }
		| { readonly kind: 'upload'; readonly of: UploadKind }
		/** In the text as options have somebody: by platform and id. */
		| { readonly kind: 'person' }
	);

/**
 * @param given filled in already; a file cannot be shown in a form
 * @param models the installed ones; without any a model is typed
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
