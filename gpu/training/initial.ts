/** The initial state of a network, before any training. */
import { TorchGenerator } from '../diffusion/noise.ts';
import type { NetworkDefinition } from '../models/digits/definition.ts';
import type { NamedArrays } from '../models/digits/tensors.ts';
import { sizeOf } from '../tensor/tensor.ts';
import type { TrainerState } from './trainer-state.ts';

/** Parameters as PyTorch draws them after torch.manual_seed(seed), float for float, if its module creates them in our order. */
export function initialState(definition: NetworkDefinition, seed: number): TrainerState {
	const generator = new TorchGenerator(seed);
	const parameters = named(definition.parameters, ({ shape, initial }) =>
		'bound' in initial
			? generator.uniform(shape, -initial.bound, initial.bound).data
			: new Float32Array(sizeOf(shape)).fill(initial.value),
	);
	const zeros = () => named(definition.parameters, ({ shape }) => new Float32Array(sizeOf(shape)));
	return {
		steps: 0,
		parameters,
		firstMoments: zeros(),
		secondMoments: zeros(),
		statistics: named(definition.statistics, ({ shape, value }) => new Float32Array(sizeOf(shape)).fill(value)),
	};
}

function named<Spec extends { readonly name: string }>(
	specs: readonly Spec[],
	array: (spec: Spec) => Float32Array,
): NamedArrays {
	return Object.fromEntries(specs.map((spec) => [spec.name, array(spec)]));
}
