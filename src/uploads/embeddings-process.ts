/** Entry of the process that reads one file of prompt embeddings for the bot: it says what is in the file, and ends. */
import { ModelError } from '../../gpu/jobs/index.ts';
import { parsePromptEmbeddings } from '../../gpu/models/embeddings/dictionary.ts';

export interface EmbeddingsFacts {
	/** As they are spelled in the file. */
	readonly prompts: readonly string[];
	/** Of the text encoder that made them. */
	readonly width: number;
}

export type Answer = EmbeddingsFacts | { readonly refusal: string };

interface Question {
	readonly bytes: Uint8Array;
	/** Names the file. */
	readonly label: string;
}

function answerTo({ bytes, label }: Question): Answer {
	try {
		const { prompts, width } = parsePromptEmbeddings(Buffer.from(bytes), label);
		return { prompts, width };
	} catch (error) {
		if (error instanceof ModelError) return { refusal: `${error.message}.` };
		throw error;
	}
}

process.once('message', (question: Question) => {
	process.send?.(answerTo(question), () => process.disconnect());
});
