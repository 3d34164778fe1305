/**
 * A spiece.model file: SentencePiece's ModelProto.
 * Source: google/sentencepiece, src/sentencepiece_model.proto; https://protobuf.dev/programming-guides/encoding/
 */
import { ModelError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

/** The types of vocabulary pieces. */
export const PIECE_TYPES = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

export interface Piece {
	readonly text: string;
	/** Logarithm of its probability, fp32. */
	readonly score: number;
	readonly type: number;
}

export interface SentencePieceFile {
	/** A piece's index is its token id. */
	readonly pieces: readonly Piece[];
	/** The normaliser's compiled rules; empty: no text is replaced. */
	readonly charsMap: Uint8Array;
	/** Whether a space is put before the text, whether repeated spaces become one, and whether spaces become "▁". */
	readonly addsDummyPrefix: boolean;
	readonly removesExtraSpaces: boolean;
	readonly escapesSpaces: boolean;
}

/** TrainerSpec.model_type */
const UNIGRAM = 1;

/** @throws {ModelError} if the bytes are not such a file, or the model is not a Unigram model */
export function readModelProto(bytes: Uint8Array, path: string): SentencePieceFile {
	try {
		const model = fieldsOf(bytes);
		const trainer = fieldsOf(model.last(2));
		const normaliser = fieldsOf(model.last(3));
		const type = trainer.number(3, UNIGRAM);
		if (type !== UNIGRAM) {
			throw new ModelError(`${path}: is not a Unigram model like T5's (model_type ${type}); download the file again`);
		}
		const pieces = model.all(1).map(pieceOf);
		if (pieces.length === 0) throw new ModelError(`${path}: has no vocabulary; download the file again`);
		const other = pieces.find(({ type }) => type === PIECE_TYPES.userDefined || type === PIECE_TYPES.byte);
		if (other) {
			throw new ModelError(`${path}: piece ${quoted(other.text)} is of a kind (${other.type}) that T5 does not have`);
		}
		return {
			pieces,
			charsMap: normaliser.last(2),
			addsDummyPrefix: normaliser.number(3, 1) === 1,
			removesExtraSpaces: normaliser.number(4, 1) === 1,
			escapesSpaces: normaliser.number(5, 1) === 1,
		};
	} catch (cause) {
		if (cause instanceof ModelError) throw cause;
		throw new ModelError(`${path}: is not a sentencepiece model, or is cut off; download the file again`, { cause });
	}
}

function pieceOf(bytes: Uint8Array): Piece {
	const fields = fieldsOf(bytes);
	return {
		text: Buffer.from(fields.last(1)).toString('utf8'),
		score: fields.number(2, 0),
		type: fields.number(3, PIECE_TYPES.normal),
	};
}

/** The fields of one message: varints and fp32 as numbers, length-delimited fields as bytes. */
class Fields {
	readonly #values = new Map<number, (number | Uint8Array)[]>();

	add(field: number, value: number | Uint8Array): void {
		const values = this.#values.get(field);
		if (values) values.push(value);
		else this.#values.set(field, [value]);
	}

	all(field: number): readonly Uint8Array[] {
		return (this.#values.get(field) ?? []).filter((value) => value instanceof Uint8Array);
	}

	/** If a field that is not repeated occurs several times, the last one counts. */
	last(field: number): Uint8Array {
		return this.all(field).at(-1) ?? new Uint8Array();
	}

	number(field: number, standard: number): number {
		const value = this.#values.get(field)?.at(-1);
		return typeof value === 'number' ? value : standard;
	}
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

function fieldsOf(bytes: Uint8Array): Fields {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const fields = new Fields();
	let at = 0;
	const varint = () => {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = view.getUint8(at++);
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) return value;
			if (shift > 63) throw new RangeError('a varint without an end');
		}
	};
	while (at < bytes.length) {
		const tag = varint();
		const field = Math.floor(tag / 8);
		switch (tag % 8) {
			case VARINT:
				fields.add(field, varint());
				break;
			case FIXED64:
				at += 8;
				break;
			case LENGTH_DELIMITED: {
				const length = varint();
				if (at + length > bytes.length) throw new RangeError('a field past the end');
				fields.add(field, bytes.subarray(at, at + length));
				at += length;
				break;
			}
			case FIXED32:
				fields.add(field, view.getFloat32(at, true));
				at += 4;
				break;
			default:
				throw new RangeError('an unknown wire type');
		}
	}
	return fields;
}
