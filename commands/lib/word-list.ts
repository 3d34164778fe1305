/** Compares texts with the class's word list, as a text encoder sees them. */
import { cleanCaption } from '../../gpu/clean-caption.ts';
import { emojiAsWords } from '../../gpu/emoji.ts';

/**
 * The words of a text as encoders that fold case and accents see them: runs of letters and digits, without accents and
 * without invisible characters, such as a zero-width space or a soft hyphen.
 */
export const seenWords = (text: string): readonly string[] =>
	text
		.toLowerCase()
		.normalize('NFKD')
		.replaceAll(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]|(?!\s)\p{Cc}/gu, '')
		.toLowerCase()
		.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether a text contains one of `sought` in whole words, however blanks, dots and dashes divide it. */
export function saysAny(text: string, sought: readonly string[]): boolean {
	// As it is, as the bundled model's encoder gets it, and as DeepFloyd's does.
	const shown = [text, emojiAsWords(text), cleanCaption(text)].map(seenWords);
	return sought
		.map((word) => seenWords(word).join(''))
		.some((run) => run !== '' && shown.some((words) => hasRun(words, run)));
}

/** Whether some consecutive `words`, joined, make `sought`. */
function hasRun(words: readonly string[], sought: string): boolean {
	return words.some((_, start) => {
		let run = '';
		for (let at = start; at < words.length && run.length < sought.length; at++) run += words[at];
		return run === sought;
	});
}
