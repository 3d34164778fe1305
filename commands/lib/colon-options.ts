/** Options as Discord shows them, "prompt:a cat steps:5", which people copy and type elsewhere. */
import { isUpload, type OptionSpecs } from './options.ts';
import { isValueOf } from './typed-option.ts';

/** "steps:5", or "prompt:" with the words after it; people type a blank there for "steps" too. */
const NAMED = /^(\w+):(.*)$/su;

/**
 * The same words with dashes: `--prompt=a cat`. A text is recognised only in a line that starts with an option, and
 * extends to the next one; the value of any other option is the single word after the colon, or `--steps=` and that word
 * where a blank stands between.
 */
export function dashed(words: readonly string[], specs: OptionSpecs): readonly string[] {
	const begins = words.length > 0 && named(words[0], words[1], specs, true) !== undefined;
	const read: string[] = [];
	/** Whether words continue the text that was named last. */
	let inText = false;
	for (const [i, word] of words.entries()) {
		const option = named(word, words[i + 1], specs, begins);
		if (option) read.push(`--${option.name}=${option.value}`);
		else if (inText && !/^\p{Pd}{2}/u.test(word)) read.push(`${read.pop()} ${word}`.replace('= ', '='));
		else read.push(word);
		if (option) inText = option.isText;
		else if (/^\p{Pd}{2}/u.test(word)) inText = false;
	}
	return read;
}

/** @param inLine whether the line starts with an option; otherwise a word is one only if its value shows it */
function named(word: string, next: string | undefined, specs: OptionSpecs, inLine: boolean) {
	const [, written = '', value = ''] = NAMED.exec(word) ?? [];
	const name = written.toLowerCase();
	const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
	if (!spec || isUpload(spec)) return undefined;
	const isText = spec.kind === 'text';
	const isMeant = (inLine && (isText || value !== '')) || isValueOf(spec, value === '' ? next : value);
	return isMeant ? { name, value, isText } : undefined;
}
