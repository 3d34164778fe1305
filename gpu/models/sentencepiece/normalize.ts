/** Normalises text for a SentencePiece model. Source: google/sentencepiece, src/normalizer.cc (Normalizer::Normalize). */
import type { CharsMap } from './chars-map.ts';
import type { SentencePieceFile } from './model-proto.ts';

/** Stands for a space, so that spaces are part of pieces. */
const SPACE_SYMBOL = '▁';

type Rules = Pick<SentencePieceFile, 'addsDummyPrefix' | 'removesExtraSpaces' | 'escapesSpaces'>;

/** Applies the rules of the chars map, then those for spaces. Empty for a text of only spaces. */
export function normalize(text: string, charsMap: CharsMap, rules: Rules): string {
	const replaced = Buffer.from(replaceAll(Buffer.from(text), charsMap)).toString('utf8');
	const trimmed = rules.removesExtraSpaces ? replaced.replace(/ +/g, ' ').replace(/^ | $/g, '') : replaced;
	if (trimmed === '') return '';
	const prefixed = rules.addsDummyPrefix ? ` ${trimmed}` : trimmed;
	return rules.escapesSpaces ? prefixed.replaceAll(' ', SPACE_SYMBOL) : prefixed;
}

function replaceAll(utf8: Uint8Array, charsMap: CharsMap): number[] {
	const bytes: number[] = [];
	let at = 0;
	while (at < utf8.length) {
		const rule = charsMap.longestAt(utf8, at);
		const length = rule?.length ?? characterLength(utf8[at]);
		bytes.push(...(rule?.text ?? utf8.subarray(at, at + length)));
		at += length;
	}
	return bytes;
}

/** The length in bytes of the UTF-8 character that starts with this byte. */
function characterLength(first: number): number {
	if (first < 0xc0) return 1;
	if (first < 0xe0) return 2;
	return first < 0xf0 ? 3 : 4;
}
