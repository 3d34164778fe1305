/** Compares texts with the word list of the class, by what a text encoder sees of them. */
import { cleanCaption } from '../../gpu/clean-caption.ts';
import { emojiAsWords } from '../../gpu/emoji.ts';

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

/** Whether a text says one of `sought`, or the words of one in a row: whole, however blanks, dots and dashes divide it. */
export function saysAny(text: string, sought: readonly string[]): boolean {
	// As it stands, as the bundled model's encoder is shown it, and as DeepFloyd's is.
	const shown = [text, emojiAsWords(text), cleanCaption(text)].map(seenWords);
	return sought
		.map((word) => seenWords(word).join(''))
		.some((run) => run !== '' && shown.some((words) => hasRun(words, run)));
}

/** Whether some of `words`, one after the other, make `sought` together. */
function hasRun(words: readonly string[], sought: string): boolean {
	return words.some((_, start) => {
		let run = '';
		for (let at = start; at < words.length && run.length < sought.length; at++) run += words[at];
		return run === sought;
	});
}
