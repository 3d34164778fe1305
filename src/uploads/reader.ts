/** Entry of a reader: it fetches and reads what people send, so that nothing of that kind can take the bot's memory or time. */
import { listen } from './reader-loop.ts';

/** Each is loaded when it is first asked for. */
listen({
	picture: async ({ bytes, label }) => (await import('./decode-picture.ts')).decodePicture(bytes, label),
	embeddings: async ({ bytes, label }) => {
		const { parsePromptEmbeddings } = await import('../../gpu/models/embeddings/dictionary.ts');
		const { prompts, width } = parsePromptEmbeddings(Buffer.from(bytes), label);
		return { prompts, width };
	},
	address: async ({ address }, signal) => (await import('./fetch-picture.ts')).fetchPicture(address, { signal }),
});
