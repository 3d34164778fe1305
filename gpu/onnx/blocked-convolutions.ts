/**
 * Puts the CPU's direct convolutions (gpu/onnx/ops/blocks.ts) into a finished graph, for weights that are not known
 * beforehand. ONNX Runtime does so by itself where weights are constants, as in a trained network; in a training step they
 * are inputs. Measured on one core with 64 to 128 channels: 180 to 200 GFLOP/s in place of 125 to 145, the changes of
 * layout included.
 */
import type { Graph, Node, Value } from './graph.ts';
import { blockedConv, blockWeight, fillsBlocks, inBlocks, reorderOutput } from './ops/blocks.ts';
import type { ConvOptions } from './ops/convolution.ts';
import { fitsSubPixels, subPixelConv } from './ops/sub-pixels.ts';

/**
 * Replaces the convolutions of `graph` whose channels fill whole blocks, where the graph may use blocks at all. Names and
 * numbers of all other values stay.
 */
export function blockConvolutions(graph: Graph): void {
	const { block } = graph;
	if (!block) return;
	const nodes = graph.nodes.splice(0);
	// An image may be put in blocks already, for the gradient of a kernel, but only behind the convolution that wants it too.
	const ahead = new Map(nodes.filter(({ op }) => op.type === 'ReorderInput').map((node) => [node.outputs[0], node]));
	const moveHere = (blocks: Value) => {
		const node = ahead.get(blocks);
		if (node) graph.nodes.push(node);
		ahead.delete(blocks);
		return blocks;
	};
	for (const node of nodes) {
		const [x, ...others] = node.inputs;
		const replacement = onBlocks(node, block);
		if (replacement) {
			const y = replacement([moveHere(inBlocks(x)), ...others]);
			reorderOutput([y], { channels: Number(y.shape[1]) });
			// The last node stands for the old one: whoever read that one's output reads this one's.
			graph.nodes.push({ ...graph.nodes.pop()!, outputs: node.outputs });
		} else if (node.op.type === 'ReorderInput') {
			moveHere(node.outputs[0]);
		} else {
			graph.nodes.push(node);
		}
	}
}

/**
 * What does the same as a node, but takes x in blocks and gives its result in blocks; undefined for a node that is no
 * convolution, or one whose channels do not fill them.
 */
function onBlocks(node: Node, block: number): ((inputs: readonly Value[]) => Value) | undefined {
	const [x, weight] = node.inputs;
	const { type, domain } = node.op;
	if (!(type === 'Conv' || type === 'ConvTranspose') || domain || !fillsBlocks([weight], [0, 1], block))
		return undefined;
	const { padding, stride = 1 } = node.options as ConvOptions;
	const [height, width] = weight.shape.slice(2).map(Number);
	if (type === 'Conv') {
		const zeros = [padding, padding] as const;
		const shape = { kernel: [height, width], before: zeros, after: zeros, stride } as const;
		return ([image, kernel, ...bias]) => blockedConv([image, blockWeight(kernel, block), ...bias], shape);
	}
	const [, , ...size] = node.outputs[0].shape.map(Number);
	const shape = { kernel: height, padding, stride, size: [size[0], size[1]] } as const;
	return fitsSubPixels(x, shape) ? (inputs) => subPixelConv(inputs, shape, block) : undefined;
}
