/** T5's tokenizer, from spiece.model or from the same data in a tokenizer.json. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '../../errors.ts';
import { MAX_TOKENIZER_BYTES, readSmallFile } from '../files.ts';
import { readJson } from '../json.ts';
import { fitTokens, type Tokenize } from '../tokenizer.ts';
import { CharsMap } from './chars-map.ts';
import { PIECE_TYPES, readModelProto, type SentencePieceFile } from './model-proto.ts';
import { normalize } from './normalize.ts';
import { Unigram } from './unigram.ts';

/** The token with which T5 ends every text. */
const END = '</s>';

/**
 * Opens tokenizer/ of a model directory. Texts are cut or padded to `length` tokens; the end token always stays.
 *
 * @throws {ModelError} if there is none, or it is damaged or of another kind
 */
export async function openSentencePiece(
	directory: string,
	{ length, padId }: { length: number; padId: number },
): Promise<Tokenize> {
	const [file] = sentencePieceFiles(directory);
	if (file === undefined) {
		const folder = join(directory, 'tokenizer');
		throw new ModelError(`${folder}: has no spiece.model and no tokenizer.json; download the tokenizer folder too`);
	}
	const encode = file.endsWith('.json')
		? encoderOf(unigramOf(await readJson(file, MAX_TOKENIZER_BYTES), file), file)
		: encoderOf(readModelProto(await readSmallFile(file, MAX_TOKENIZER_BYTES), file), file);
	return (text) => fitTokens(encode(text), { length, padId });
}

/** What it is read from: the first of its files that is there. */
export function sentencePieceFiles(directory: string): readonly string[] {
	const paths = ['spiece.model', 'tokenizer.json'].map((name) => join(directory, 'tokenizer', name));
	return paths.filter((path) => existsSync(path)).slice(0, 1);
}

/** Returns a function from a text to its token ids, including the end token. */
function encoderOf(file: SentencePieceFile, path: string): (text: string) => number[] {
	const end = file.pieces.findIndex(({ text }) => text === END);
	if (end === -1) throw new ModelError(`${path}: has no end token "${END}", unlike T5's`);
	try {
		const charsMap = new CharsMap(file.charsMap);
		const unigram = new Unigram(file.pieces);
		return (text) => [...unigram.encode(normalize(text, charsMap, file)), end];
	} catch (cause) {
		throw new ModelError(`${path}: is damaged (${(cause as Error).message}); download the file again`, { cause });
	}
}

const precompiled = z.object({ type: z.literal('Precompiled'), precompiled_charsmap: z.string().nullable() });

/** The form in which transformers converts a spiece.model; everything else that it writes is the same for every T5. */
const tokenizerJson = z.object({
	model: z.object({
		type: z.literal('Unigram'),
		unk_id: z.int().min(0),
		vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
	}),
	normalizer: z.unknown(),
	added_tokens: z.array(z.object({ id: z.int(), content: z.string(), special: z.boolean() })).default([]),
});

function unigramOf(json: unknown, path: string): SentencePieceFile {
	const parsed = tokenizerJson.safeParse(json);
	if (!parsed.success) {
		throw new ModelError(
			`${path}: is not a T5 tokenizer (model.type Unigram); use T5's spiece.model or its tokenizer.json`,
		);
	}
	const { model, normalizer, added_tokens: added } = parsed.data;
	const special = new Set(added.filter((token) => token.special).map(({ id }) => id));
	return {
		pieces: model.vocab.map(([text, score], id) => ({
			text,
			score,
			type: id === model.unk_id ? PIECE_TYPES.unknown : special.has(id) ? PIECE_TYPES.control : PIECE_TYPES.normal,
		})),
		charsMap: charsMapOf(normalizer),
		addsDummyPrefix: true,
		removesExtraSpaces: true,
		escapesSpaces: true,
	};
}

/** The normaliser is a single step, or a sequence with the compiled rules as one step. */
function charsMapOf(normalizer: unknown): Uint8Array {
	const steps = (normalizer as { normalizers?: unknown[] } | null)?.normalizers ?? [normalizer];
	const found = steps.map((step) => precompiled.safeParse(step)).find(({ success }) => success);
	return Buffer.from(found?.data?.precompiled_charsmap ?? '', 'base64');
}
