/** Runs a UNet in PyTorch + diffusers, or what they export, in a process of its own, if this machine has them. */
import { fileURLToPath } from 'node:url';
import { openScript } from './python.ts';

export interface PeerTask {
	/** [B, C, S, S]; in stage II with the channels of the low-resolution picture after those of x. */
	readonly x: Float32Array;
	/** The prompts' embeddings, [B, 77, W]. */
	readonly embedding: Float32Array;
	readonly t: number;
	/** Stage II only. */
	readonly noiseLevel?: number;
	readonly batch: number;
	/** How many evaluations to run, one after the other. */
	readonly count: number;
}

export interface Peer {
	/** "PyTorch 2.9, diffusers 0.37", "OpenVINO 2026.4". */
	readonly name: string;
	/** Wall-clock and CPU seconds (of all threads) of each evaluation, and the last one's estimate of the noise, [B, 3, S, S]. */
	run(task: PeerTask): Promise<{ seconds: number[]; cpuSeconds: number[]; noise: Float32Array }>;
	close(): void;
	/** Ends it at once, whatever it is doing. */
	kill(): void;
}

/** What anybody could run in our place; see peer.py. */
export const PEER_MODES = [
	'cpu',
	'channels-last',
	'compiled',
	'onnxruntime',
	'openvino',
	'cuda',
	'cuda-compiled',
] as const;
export type PeerMode = (typeof PEER_MODES)[number];

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));

/** Undefined if openScript finds no such Python. */
export async function openPeer(
	directory: string,
	{ mode, threads }: { mode: PeerMode; threads: number },
): Promise<Peer | undefined> {
	const script = await openScript<
		{ name: string },
		Omit<PeerTask, 'x' | 'embedding'> & { x: string; embedding: string },
		{ seconds: number[]; cpuSeconds: number[]; noise: string }
	>(SCRIPT, [directory, String(threads), mode]);
	if (!script) return undefined;
	return {
		name: script.greeting.name,
		async run({ x, embedding, ...task }) {
			const { noise, ...times } = await script.ask({ ...task, x: toBase64(x), embedding: toBase64(embedding) });
			return { ...times, noise: fromBase64(noise) };
		},
		close: script.close,
		kill: script.kill,
	};
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
	return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function fromBase64(text: string): Float32Array {
	return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
