/** Loops inside a graph. */
import type { Graph } from '../graph.ts';
import { ShapeError, sameShape, showShape } from '../shape.ts';
import { defineOpWithOutputs } from './op.ts';

interface ScanOptions {
	/**
	 * One turn. Its first inputs are the states, the others an element of each list; its outputs are the states for the next
	 * turn, in the same order, then what is collected. It sees nothing of the graph around it.
	 */
	readonly body: Graph;
	/** How many of the inputs are states. */
	readonly states: number;
}

/**
 * The body again and again, as often as the lists are long. Inputs: the states, then lists [K, ...], of which each turn
 * gets one element. Outputs: the states after the last turn, then what each turn put out, [K, ...]. CPU and CUDA have it.
 */
export const scan = defineOpWithOutputs<ScanOptions>({
	type: 'Scan',
	attributes: ({ body, states }) => ({
		body: { graph: body },
		num_scan_inputs: { int: body.inputs.length - states },
	}),
	infer: (inputs, { body, states }) => {
		const turns = inputs[states].shape[0];
		for (const [i, { name, shape }] of body.inputs.entries()) {
			const wanted = i < states ? shape : [turns, ...shape];
			if (!sameShape(inputs[i]?.shape ?? [], wanted)) {
				throw new ShapeError('Scan', `${showShape(wanted)} for "${name}"`, showShape(inputs[i]?.shape ?? []));
			}
		}
		return body.outputs.map(({ value: { dtype, shape } }, i) => ({
			dtype,
			shape: i < states ? shape : [turns, ...shape],
		}));
	},
});
