/** Entry point of a reader, which fetches and reads what people send, so that doing so cannot use up the bot's memory or time. */
import { listen } from '../base/helpers/loop.ts';
import type { Tasks } from './reader-protocol.ts';

/** Each task's code is loaded on first use. */
listen<Tasks>({
	picture: async ({ bytes, label }) => (await import('./decode-picture.ts')).decodePicture(bytes, label),
	embeddings: async ({ bytes, label }) => {
		const { parsePromptEmbeddings } = await import('../../gpu/models/embeddings/dictionary.ts');
		const { prompts, width } = parsePromptEmbeddings(Buffer.from(bytes), label);
		return { prompts, width };
	},
	address: async ({ address }, signal) => (await import('./fetch-picture.ts')).fetchPicture(address, { signal }),
});
