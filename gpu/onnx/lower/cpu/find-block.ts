/** What the direct convolutions of this CPU are like; apart from those who only draw graphs, as it runs one. */
import { Graph } from '../../graph.ts';
import { toModel } from '../../model.ts';
import { openSession } from '../../session.ts';
import { reorderInput } from './blocks.ts';

/** Channels per block with AVX2, and with AVX-512 or on ARM. */
const BLOCKS = [8, 16];

/** How many channels this CPU's kernels take at a time; undefined where it has none. */
export async function findConvolutionBlock(): Promise<number | undefined> {
	const graph = new Graph('block');
	graph.output('blocked', reorderInput([graph.input('image', 'float32', [1, 4, 1, 1])]));
	const session = await openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'memory' }).catch(
		(error) => {
			if (error instanceof Error && /implementation for ReorderInput/.test(error.message)) return undefined;
			throw error;
		},
	);
	if (!session) return undefined;
	try {
		// Channels are filled up to a whole block.
		const { blocked } = await session.run({ image: { data: new Float32Array(4), shape: [1, 4, 1, 1] } });
		return BLOCKS.find((block) => block === blocked.shape[1]);
	} finally {
		await session.close();
	}
}
