/** Recognises what people paste instead of a token, often another kind of secret. No sentence repeats what was pasted. */

/** Patterns of wrong values, each with a sentence that says what the value is and where to find the right one. */
export type Kinds = readonly (readonly [form: RegExp, sentence: string])[];

/** The sentence of the first pattern that matches. */
export const kindOf = (kinds: Kinds, value: string): string | undefined =>
	kinds.find(([form]) => form.test(value))?.[1];

/** The value without what people copy along with it: white space, quotes, the variable's name, a header's scheme. */
export function cleaned(pasted: string): string {
	return pasted
		.trim()
		.replace(/^(?:export\s+)?[A-Z_]+\s*=\s*/, '')
		.replace(/^(["'])(.*)\1$/, '$2')
		.replace(/^(?:Bot|Bearer)\s+/i, '')
		.trim();
}
