/** A file of prompt embeddings in the place of a text encoder. */
import { UserError } from '../../errors.ts';
import type { TextEncoder } from '../text-encoder.ts';
import { type PromptEmbeddings, readPromptEmbeddings } from './dictionary.ts';

/** Known prompts that a refusal names. */
const NAMED = 3;

/** Throws a ModelError that names what is wrong with the file. */
export async function openEmbeddings(path: string): Promise<TextEncoder> {
	return asTextEncoder(await readPromptEmbeddings(path));
}

/** Its `encode` throws a UserError for a prompt that the file does not hold. */
export function asTextEncoder(embeddings: PromptEmbeddings): TextEncoder {
	return {
		width: embeddings.width,
		normalise: (prompt) => embeddings.find(prompt) ?? prompt,
		async encode(text) {
			if (!embeddings.prompts.includes(text)) throw unknownPrompt(text, embeddings);
			return embeddings.get(text);
		},
		tokensCut: () => 0,
		close: async () => {},
	};
}

function unknownPrompt(prompt: string, embeddings: PromptEmbeddings): UserError {
	if (prompt === '') {
		return new UserError(
			'This model has embeddings of some prompts only, and none of the empty one, which guidance needs: use guidance 1, or give a negative prompt that it has.',
		);
	}
	const nearest = embeddings.nearest(prompt, NAMED).filter((known) => known !== '');
	const shown = nearest.map((known) => `“${known}”`).join(', ');
	return new UserError(
		`This model has no text encoder, only embeddings of ${embeddings.prompts.length} prompts, and “${prompt}” is none of them; the nearest: ${shown}.`,
	);
}
