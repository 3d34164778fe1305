/**
 * Files of prompt embeddings that people send. Reading one takes a tenth of a second and more, and a file may be made to take
 * long or much memory: so a process of its own does it, with limits of both.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import { MAX_PROMPT_CHARACTERS } from '../../commands/lib/options.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { lastWords, spawnProcess } from '../../gpu/queue/spawn.ts';
import { remember } from '../../gpu/remember.ts';
import type { Answer, EmbeddingsFacts } from './embeddings-process.ts';

export const WANTED_EMBEDDINGS = 'a .pth or .safetensors of prompt embeddings, as the course hands out';

/** Those of the small bundled model take 59 kB each, so that more hardly fit into an upload. */
const MAX_PROMPTS = 500;

/** The process starts in half a second, and reads in as much. */
const LIMIT_MS = 20_000;

/** What a file says of its tensors; their numbers lie elsewhere. */
const MAX_HEAP_MB = 256;

/** Each such process takes some 60 MB. */
const processes = new PQueue({ concurrency: 2 });

const read = remember(
	(bytes: Uint8Array, label: string) => processes.add(() => readInProcess(bytes, label)),
	// Whoever keeps a file reads it again after it was taken in.
	{ max: 8, key: (bytes) => createHash('sha256').update(bytes).digest('hex') },
);

/**
 * What is in a file of prompt embeddings.
 *
 * @param label names the file in messages
 * @throws {UserError} when it is none, is damaged, or holds more than anybody can use
 */
export async function readEmbeddings(bytes: Uint8Array, label: string): Promise<EmbeddingsFacts> {
	if (!mayBeTensors(bytes)) throw new UserError(`${label} is no file of prompt embeddings; send ${WANTED_EMBEDDINGS}.`);
	const facts = await read(bytes, label);
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

/** By the first bytes: a zip and a pickle are PyTorch's, and after eight bytes the header of a .safetensors begins. */
const mayBeTensors = (bytes: Uint8Array) =>
	(bytes[0] === 0x50 && bytes[1] === 0x4b) || bytes[0] === 0x80 || bytes[8] === 0x7b;

async function readInProcess(bytes: Uint8Array, label: string): Promise<EmbeddingsFacts> {
	const entry = fileURLToPath(new URL('embeddings-process.ts', import.meta.url));
	const { child, lines } = spawnProcess(
		{ entry, env: { NODE_OPTIONS: `--max-old-space-size=${MAX_HEAP_MB}` } },
		() => {},
	);
	let answer: Answer | undefined;
	child.on('message', (message: Answer) => {
		answer = message;
	});
	const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
	// What cannot be sent is told by the end of the process.
	child.send({ bytes, label }, () => {});
	const [code, signal] = await once(child, 'close');
	clearTimeout(timer);
	if (answer && 'refusal' in answer) throw new UserError(answer.refusal);
	if (answer) return answer;
	// Without memory V8 aborts; without time it is killed.
	if (signal)
		throw new UserError(`${label} takes too long or too much memory to read; save a plain one with torch.save.`);
	throw new Error(`the process that reads embeddings ended with ${code}: ${lastWords(lines)}`);
}
