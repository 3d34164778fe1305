/** PyTorch + diffusers in a process of its own, if this machine has them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface PeerTask {
	/** [B, C, S, S]; stage II: the low-resolution picture's channels behind those of x. */
	readonly x: Float32Array;
	/** The prompts' embeddings, [B, 77, W]. */
	readonly embedding: Float32Array;
	readonly t: number;
	/** Stage II only. */
	readonly noiseLevel?: number;
	readonly batch: number;
	/** Evaluations, one after the other. */
	readonly count: number;
}

export interface Peer {
	/** "PyTorch 2.9, diffusers 0.37". */
	readonly name: string;
	/** Seconds of every evaluation, and the noise that the last one estimated, [B, 3, S, S]. */
	run(task: PeerTask): Promise<{ seconds: number[]; noise: Float32Array }>;
	close(): void;
}

/** fp32 on the CPU, or fp16 in channels-last on a CUDA device, as written or through torch.compile. */
export const PEER_MODES = ['cpu', 'cuda', 'cuda-compiled'] as const;
export type PeerMode = (typeof PEER_MODES)[number];

/** A Python with torch and diffusers. */
export const PYTHON = process.env.FLIPSIDE_PYTHON || 'python3';

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));

/** Undefined when the interpreter (FLIPSIDE_PYTHON, else python3) cannot run the script; why is on stderr. */
export async function openPeer(
	directory: string,
	{ mode, threads }: { mode: PeerMode; threads: number },
): Promise<Peer | undefined> {
	const child = spawn(PYTHON, [SCRIPT, directory, String(threads), mode], { stdio: ['pipe', 'pipe', 'inherit'] });
	child.stdin.on('error', () => {}); // the missing answer tells
	const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const failed = once(child, 'error').then(() => ({ done: true, value: undefined }) as const);
	const first = await Promise.race([answers.next(), failed]);
	if (first.done) return undefined;
	const versions: { torch: string; diffusers: string } = JSON.parse(first.value);
	return {
		name: `PyTorch ${versions.torch}, diffusers ${versions.diffusers}`,
		async run({ x, embedding, ...task }) {
			child.stdin.write(`${JSON.stringify({ ...task, x: toBase64(x), embedding: toBase64(embedding) })}\n`);
			const answer = await answers.next();
			if (answer.done) throw new Error('bench/peer.py ended early');
			const { seconds, noise } = JSON.parse(answer.value);
			return { seconds, noise: fromBase64(noise) };
		},
		close() {
			child.stdin.end();
		},
	};
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
	return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function fromBase64(text: string): Float32Array {
	return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
