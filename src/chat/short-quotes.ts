/** Makes captions fit into messages at the cost of the prompts that they quote, so that the seed after those stays. */
import { shorten } from '../../commands/lib/shorten.ts';

const QUOTATION = /“([^“”]*)”/g;

/** How much of a quotation is left, in characters, where that is enough. */
const LENGTHS = [600, 300, 100];

/** @param fits whether a text is short enough */
export function withShortQuotes(text: string, fits: (text: string) => boolean): string {
	let shown = text;
	for (const most of LENGTHS) {
		if (fits(shown)) break;
		shown = text.replace(QUOTATION, (_, said: string) => `“${shorten(said, most)}”`);
	}
	return shown;
}
