/** Files of prompt embeddings that people send, looked into by a reader. */
import { createHash } from 'node:crypto';
import { MAX_PROMPT_CHARACTERS } from '../../commands/lib/options.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { tensorFormat } from '../../gpu/models/embeddings/dictionary.ts';
import { remember } from '../../gpu/remember.ts';
import { unlessAborted } from '../base/unless-aborted.ts';
import type { EmbeddingsFacts } from './reader-protocol.ts';
import { decoders } from './reading.ts';

export const WANTED_EMBEDDINGS = 'a .pth or .safetensors of prompt embeddings, as the course hands out';

/** Those of the small bundled model take 59 kB each, so that more hardly fit into an upload. */
const MAX_PROMPTS = 500;

const read = remember(
	(bytes: Uint8Array, label: string) => {
		const tooMuch = `${label} takes too much memory to read; save a plain one with torch.save.`;
		const tooLong = `${label} could not be read in time; send it once more.`;
		return decoders.ask('embeddings', { bytes, label }, { tooMuch, tooLong });
	},
	// Whoever keeps a file reads it again after it was taken in, and others may wait for the same one.
	{ max: 8, key: (bytes) => createHash('sha256').update(bytes).digest('hex') },
);

/**
 * What is in a file of prompt embeddings.
 *
 * @param label names the file in messages
 * @param signal aborted when nobody waits for it any more
 * @throws {UserError} when it is none, is damaged, or holds more than anybody can use
 * @throws the signal's reason
 */
export async function readEmbeddings(bytes: Uint8Array, label: string, signal?: AbortSignal): Promise<EmbeddingsFacts> {
	if (!tensorFormat(bytes)) throw new UserError(`${label} is no file of prompt embeddings; send ${WANTED_EMBEDDINGS}.`);
	const facts = await unlessAborted(signal, read(bytes, label));
	const { length } = facts.prompts;
	if (length > MAX_PROMPTS) {
		throw new UserError(`${label} holds ${length} prompts; a file may have at most ${MAX_PROMPTS}.`);
	}
	const longest = Math.max(...facts.prompts.map((prompt) => prompt.length));
	if (longest > MAX_PROMPT_CHARACTERS) {
		throw new UserError(
			`${label} has a prompt of ${longest} characters; they may have at most ${MAX_PROMPT_CHARACTERS}.`,
		);
	}
	return facts;
}
