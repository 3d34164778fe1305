/** What people paste when they are asked for a token: often a secret of another kind. No sentence repeats what was pasted. */

/** Forms of what is no such token, each with the sentence that says what it is, and where the right one is. */
export type Kinds = readonly (readonly [form: RegExp, sentence: string])[];

/** The sentence of the first form that fits. */
export const kindOf = (kinds: Kinds, value: string): string | undefined =>
	kinds.find(([form]) => form.test(value))?.[1];

/** The value, without what is copied along with it: blanks, quotes, the variable's name, the scheme of a header. */
export function cleaned(pasted: string): string {
	return pasted
		.trim()
		.replace(/^(?:export\s+)?[A-Z_]+\s*=\s*/, '')
		.replace(/^(["'])(.*)\1$/, '$2')
		.replace(/^(?:Bot|Bearer)\s+/i, '')
		.trim();
}
