/** Lists in words: "a, b, and c". */

export const and = lister('en', 'conjunction');
export const or = lister('en', 'disjunction');

/** "a, b and c" */
export const andPlainly = lister('en-GB', 'conjunction');

/** Made when first needed: loading what it knows of the language takes longer than most of the start. */
function lister(locale: string, type: Intl.ListFormatType) {
	let list: Intl.ListFormat | undefined;
	return {
		format(words: Iterable<string>): string {
			list ??= new Intl.ListFormat(locale, { type });
			return list.format(words);
		},
	};
}
