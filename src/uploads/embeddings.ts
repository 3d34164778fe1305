/** Reads the files of prompt embeddings that people send, by way of a reader. */
import { createHash } from 'node:crypto';
import { MAX_PROMPT_CHARACTERS } from '../../commands/lib/options.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { tensorFormat } from '../../gpu/models/embeddings/dictionary.ts';
import { remember } from '../../gpu/remember.ts';
import { unlessAborted } from '../base/unless-aborted.ts';
import type { EmbeddingsFacts } from './reader-protocol.ts';
import { decoders } from './reading.ts';

export const WANTED_EMBEDDINGS = 'a .pth or .safetensors file of prompt embeddings, as the course hands out';

/** Embeddings of the small bundled model take 59 kB each, so hardly more fit in an upload. */
const MAX_PROMPTS = 500;

const read = remember(
	(bytes: Uint8Array, label: string) => {
		const tooMuch = `${label} takes too much memory to read; save a plain one with torch.save.`;
		const tooLong = `${label} could not be read in time; send it again.`;
		return decoders.ask('embeddings', { bytes, label }, { tooMuch, tooLong });
	},
	// Keeping a file reads it a second time after its upload, and others may be waiting for the same one.
	{ max: 8, key: (bytes) => createHash('sha256').update(bytes).digest('hex') },
);

/**
 * Reads what a file of prompt embeddings contains.
 *
 * @param label names the file in messages
 * @param signal aborted when nobody is waiting for it any more
 * @throws {UserError} when it is not such a file, is damaged, or has too many or too long prompts
 * @throws the signal's reason
 */
export async function readEmbeddings(bytes: Uint8Array, label: string, signal?: AbortSignal): Promise<EmbeddingsFacts> {
	if (!tensorFormat(bytes))
		throw new UserError(`${label} is not a file of prompt embeddings; send ${WANTED_EMBEDDINGS}.`);
	const facts = await unlessAborted(signal, read(bytes, label));
	const { length } = facts.prompts;
	if (length > MAX_PROMPTS) {
		throw new UserError(`${label} holds ${length} prompts; a file may have at most ${MAX_PROMPTS}.`);
	}
	const longest = Math.max(...facts.prompts.map((prompt) => prompt.length));
	if (longest > MAX_PROMPT_CHARACTERS) {
		throw new UserError(
			`${label} has a prompt of ${longest} characters; a prompt may have at most ${MAX_PROMPT_CHARACTERS}.`,
		);
	}
	return facts;
}
