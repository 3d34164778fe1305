/** Embeddings of some prompts, used instead of a text encoder or before one. */
import { UserError } from '../../errors.ts';
import { comparablePrompt, nearestPrompts, promptFinder } from '../../jobs/known-prompts.ts';
import type { TextEncoder } from '../text-encoder.ts';
import { type PromptEmbeddings, readPromptEmbeddings } from './dictionary.ts';

/** How many known prompts a refusal names. */
const NAMED = 3;

/** Throws a ModelError that names what is wrong with the file. */
export async function openEmbeddings(path: string): Promise<TextEncoder> {
	const embeddings = await readPromptEmbeddings(path);
	return embeddingsEncoder(embeddings.width, [embeddings]);
}

/**
 * Its `encode` throws a UserError for a prompt that nothing can read.
 *
 * @param width of all embeddings
 * @param own the encoder for prompts that are not among the embeddings, closed together with this one; absent: none
 */
export function embeddingsEncoder(width: number, files: readonly PromptEmbeddings[], own?: TextEncoder): TextEncoder {
	const known = [...(own?.knownPrompts ?? []), ...files.flatMap(({ prompts }) => prompts)];
	const readsAny = own !== undefined && own.knownPrompts === undefined;
	const findInOwn = promptFinder(own?.knownPrompts ?? []);

	/** The source that has a prompt, and its spelling there; a slip is forgiven only if no source has what was typed. */
	function place(prompt: string): { readonly text: string; readonly file?: PromptEmbeddings } | undefined {
		for (const slips of readsAny ? [false] : [false, true]) {
			for (const file of files) {
				const text = file.find(prompt, slips);
				if (text !== undefined) return { text, file };
			}
			const text = findInOwn(prompt, slips);
			if (text !== undefined) return { text };
		}
		return undefined;
	}

	return {
		width,
		...(!readsAny && { knownPrompts: known }),
		normalise: (prompt) => place(prompt)?.text ?? own?.normalise(prompt) ?? prompt,
		readAs(prompt) {
			const { text = prompt } = place(prompt) ?? {};
			return comparablePrompt(text) === comparablePrompt(prompt) ? undefined : text;
		},
		async encode(prompt) {
			const { text = prompt, file } = place(prompt) ?? {};
			if (file) return file.get(text);
			if (own && (readsAny || own.knownPrompts?.includes(text))) return own.encode(text);
			throw unknownPrompt(prompt, known);
		},
		tokensCut: (text) => (place(text)?.file || !own ? 0 : own.tokensCut(text)),
		close: async () => own?.close(),
	};
}

function unknownPrompt(prompt: string, known: readonly string[]): UserError {
	if (known.length === 0) {
		return new UserError(
			'This model has no text encoder: it draws only prompts whose embeddings you provide; see /prompts.',
		);
	}
	if (prompt === '') {
		return new UserError(
			'This model has embeddings for some prompts only, and none for the empty one, which guidance needs: use guidance 1, or give a negative prompt that it has.',
		);
	}
	const nearest = nearestPrompts(prompt, known, NAMED).map((each) => `“${each}”`);
	const count = known.length === 1 ? 'one prompt' : `${known.length} prompts`;
	return new UserError(
		`This model has no text encoder, only embeddings of ${count}, and “${prompt}” is not among them; the nearest: ${nearest.join(', ')}.`,
	);
}
