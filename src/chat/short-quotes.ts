/** Makes captions fit into messages at the cost of the prompts that they quote, so that the seed after those stays. */
import { shorten } from '../../commands/lib/shorten.ts';

const QUOTATION = /“([^“”]*)”/g;

/** How much of a quotation is left, in characters, where that is enough. */
const LENGTHS = [600, 300, 100];

/** @param fits whether a text is short enough */
export function withShortQuotes(text: string, fits: (text: string) => boolean): string {
	const shortened = LENGTHS.map((most) => text.replace(QUOTATION, (_, said: string) => `“${shorten(said, most)}”`));
	return [text, ...shortened].find(fits) ?? (shortened.at(-1) as string);
}
