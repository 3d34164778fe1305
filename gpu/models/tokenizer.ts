/** Turns prompts into token ids, by the model directory's tokenizer.json. */
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { ModelError } from '../errors.ts';
import { MAX_TOKENIZER_BYTES } from './files.ts';
import { readJson } from './json.ts';

export interface Tokens {
	/** As many ids as requested: the text's tokens, its end token, then padding. */
	readonly ids: Int32Array;
	/** How many of them are not padding. */
	readonly used: number;
	/** Tokens that did not fit. */
	readonly cut: number;
}

export type Tokenize = (text: string) => Tokens;

/** Opens tokenizer/ of a model directory. Texts are cut or padded to `length` tokens; the end token always stays. */
export async function openTokenizer(
	directory: string,
	{ length, padId }: { length: number; padId: number },
): Promise<Tokenize> {
	const [path, configPath] = tokenizerFiles(directory);
	const json = await readJson(path, MAX_TOKENIZER_BYTES);
	const config = await readJson(configPath);
	let tokenizer: Tokenizer;
	try {
		tokenizer = new Tokenizer(json as object, config as object);
	} catch (cause) {
		throw new ModelError(`${path}: is not a tokenizer that can be read here (${(cause as Error).message})`, { cause });
	}
	return (text) => fitTokens(tokenizer.encode(text).ids, { length, padId }); // with the model's start and end tokens
}

/** What it is read from. */
export const tokenizerFiles = (directory: string): readonly string[] =>
	['tokenizer.json', 'tokenizer_config.json'].map((name) => join(directory, 'tokenizer', name));

/** Cuts or pads a text's tokens; the last one, its end token, stays. */
export function fitTokens(
	all: readonly number[],
	{ length, padId }: { readonly length: number; readonly padId: number },
): Tokens {
	const used = Math.min(all.length, length);
	const ids = new Int32Array(length).fill(padId);
	ids.set(all.slice(0, used));
	ids[used - 1] = all[all.length - 1];
	return { ids, used, cut: all.length - used };
}
