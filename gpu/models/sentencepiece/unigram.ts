/**
 * Splits text into the likeliest pieces. Source: Kudo 2018 (arXiv:1804.10959), section 3.2; google/sentencepiece,
 * src/unigram_model.cc (Model::EncodeOptimized), whose sums are fp32 and whose ties go to the earlier start.
 */
import { PIECE_TYPES, type Piece } from './model-proto.ts';

/** How much less likely an unknown character is than the least likely piece. */
const UNKNOWN_PENALTY = 10;

interface Arrival {
	/** Sum of the scores of the pieces up to here. */
	readonly score: number;
	/** Where the last of them starts. */
	readonly start: number;
	readonly id: number;
}

export class Unigram {
	readonly #ids = new Map<string, number>();
	readonly #scores: Float32Array;
	readonly #unknown: number;
	readonly #unknownScore: number;
	/** The length of the longest piece, in characters. */
	readonly #longest: number;

	/** @throws {RangeError} if no piece stands for the unknown */
	constructor(pieces: readonly Piece[]) {
		let [longest, lowest] = [1, Number.POSITIVE_INFINITY];
		for (const [id, { text, score, type }] of pieces.entries()) {
			if (type !== PIECE_TYPES.normal) continue;
			if (!this.#ids.has(text)) this.#ids.set(text, id);
			longest = Math.max(longest, [...text].length);
			lowest = Math.min(lowest, score);
		}
		this.#longest = longest;
		this.#scores = Float32Array.from(pieces, ({ score }) => score);
		this.#unknown = pieces.findIndex(({ type }) => type === PIECE_TYPES.unknown);
		if (this.#unknown === -1) throw new RangeError('no piece stands for the unknown');
		this.#unknownScore = Math.fround(lowest - UNKNOWN_PENALTY);
	}

	/** Token ids of a normalised text; consecutive characters that no piece has become one unknown. */
	encode(text: string): number[] {
		const characters = [...text];
		const arrivals = this.#arrivals(characters);
		const ids: number[] = [];
		for (let at = characters.length; at > 0; at = arrivals[at].start) ids.unshift(arrivals[at].id);
		return ids.filter((id, i) => id !== this.#unknown || ids[i - 1] !== this.#unknown);
	}

	/** The likeliest way to every position between two characters (Viterbi). */
	#arrivals(characters: readonly string[]): readonly Arrival[] {
		const arrivals: Arrival[] = [{ score: 0, start: -1, id: -1 }];
		const consider = (end: number, start: number, id: number, score: number) => {
			const candidate = { score: Math.fround(arrivals[start].score + score), start, id };
			if (arrivals[end] === undefined || candidate.score > arrivals[end].score) arrivals[end] = candidate;
		};
		for (const start of characters.keys()) {
			let piece = '';
			const last = Math.min(start + this.#longest, characters.length);
			for (let end = start + 1; end <= last; end++) {
				piece += characters[end - 1];
				const id = this.#ids.get(piece);
				if (id !== undefined) consider(end, start, id, this.#scores[id]);
				else if (end === start + 1) consider(end, start, this.#unknown, this.#unknownScore);
			}
		}
		return arrivals;
	}
}
