/**
 * A SentencePiece model's compiled normalisation rules: which text replaces which, as a double-array trie over UTF-8.
 * Source: google/sentencepiece, src/normalizer.cc (DecodePrecompiledCharsMap); darts-clone, include/darts.h.
 */

/** The text that replaces `length` bytes by a rule. */
export interface Replacement {
	readonly text: Uint8Array;
	readonly length: number;
}

export class CharsMap {
	/** The trie; every unit is packed. */
	readonly #units: Uint32Array;
	/** Replacements, each terminated by a 0. */
	readonly #texts: Uint8Array;

	/** @throws {RangeError} if the bytes are cut off */
	constructor(blob: Uint8Array) {
		const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
		const trieBytes = blob.length === 0 ? 0 : view.getUint32(0, true);
		if (trieBytes % 4 !== 0 || (blob.length > 0 && 4 + trieBytes > blob.length))
			throw new RangeError('its chars map is cut off');
		this.#units = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
		this.#texts = blob.subarray(4 + trieBytes);
	}

	/** The rule for the longest text at position `at`; undefined if no rule applies. */
	longestAt(utf8: Uint8Array, at: number): Replacement | undefined {
		let found: Replacement | undefined;
		let node = 0;
		let unit = this.#units[node] ?? 0;
		node ^= offsetOf(unit);
		for (let i = at; i < utf8.length && unit !== undefined; i++) {
			node ^= utf8[i];
			unit = this.#units[node];
			if (unit === undefined || labelOf(unit) !== utf8[i]) break;
			node ^= offsetOf(unit);
			if (hasLeaf(unit)) found = { text: this.#textAt(leafOf(this.#units[node])), length: i + 1 - at };
		}
		return found;
	}

	#textAt(start: number): Uint8Array {
		const end = this.#texts.indexOf(0, start);
		return this.#texts.subarray(start, end === -1 ? undefined : end);
	}
}

const hasLeaf = (unit: number) => ((unit >>> 8) & 1) === 1;
const leafOf = (unit: number) => (unit & 0x7fffffff) >>> 0;
/** Includes the highest bit, so that a leaf, which has it set, matches no byte. */
const labelOf = (unit: number) => (unit & 0x800000ff) >>> 0;
const offsetOf = (unit: number) => ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0;
