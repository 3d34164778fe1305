/** Compares texts with the word list of the class, by what a text encoder sees of them. */

/**
 * The words of a text as encoders that fold case and accents see them: runs of letters and digits, without accents, and without
 * what nobody sees, such as a zero-width space or a soft hyphen.
 */
export const seenWords = (text: string): readonly string[] =>
	text
		.toLowerCase()
		.normalize('NFKD')
		.replaceAll(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]|(?!\s)\p{Cc}/gu, '')
		.toLowerCase()
		.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether a text says a word, or the words of `word` in a row: whole, however blanks, dots and dashes divide it. */
export function says(text: string, word: string): boolean {
	const sought = seenWords(word).join('');
	if (sought === '') return false;
	// What looks like a tag, DeepFloyd's encoder is not shown.
	return [text, text.replaceAll(/<[^>]*>/g, '')].some((shown) => hasRun(seenWords(shown), sought));
}

/** Whether some of `words`, one after the other, make `sought` together. */
function hasRun(words: readonly string[], sought: string): boolean {
	return words.some((_, start) => {
		let run = '';
		for (let at = start; at < words.length && run.length < sought.length; at++) run += words[at];
		return run === sought;
	});
}
