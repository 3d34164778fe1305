/** Trains a network: holds its parameters and updates them, one batch at a time. */

import type { Device, Provider } from '../device.ts';
import type { NetworkDefinition } from '../models/digits/definition.ts';
import { assertRightOn } from '../models/digits/providers.ts';
import type { TensorSpec } from '../models/digits/tensors.ts';
import type { Graph } from '../onnx/graph.ts';
import { rulesFor } from '../onnx/lower/index.ts';
import { lower } from '../onnx/lower/lower.ts';
import { concatenate, type Tensor, tensor } from '../tensor/tensor.ts';
import { adamScalars } from './adam.ts';
import { flatten, unflatten } from './flat.ts';
import { initialState } from './initial.ts';
import type { Loss } from './losses.ts';
import { buildTrainingStep, repeated } from './step.ts';
import type { TrainerState } from './trainer-state.ts';
import { openTrainingSession, type StateVectors } from './training-session.ts';

/** What one step learns from; every array holds the whole batch, example by example. */
export interface Batch {
	/** Pictures, [B, 1, 28, 28]. */
	readonly x: Float32Array;
	/** The target: pictures [B, 1, 28, 28], or a distribution over classes [B, 10]. */
	readonly target: Float32Array;
	/** t/T, [B, 1]; for networks with that input. */
	readonly t?: Float32Array;
	/** Classes as one-hot vectors, zeros where the class is dropped, [B, 10]; for networks with that input. */
	readonly c?: Float32Array;
}

export interface TrainerOptions {
	readonly batchSize: number;
	readonly device: Device;
	/** Initial state: as PyTorch draws it after torch.manual_seed(seed), or the state where another training stopped. */
	readonly start: { readonly seed: number } | { readonly state: TrainerState };
	/** The provider in whose operations the step is written; absent: the device's own. */
	readonly lowerFor?: Provider;
	/** Absent: mse. */
	readonly loss?: Loss;
	/** Decay of the moving average of the parameters, in 0..1; absent: none is kept. */
	readonly ema?: number;
}

export interface Trainer {
	/** How many steps to pass at once for full speed. */
	readonly together: number;
	/**
	 * Takes one Adam step per batch, one after the other. Returns the batches' losses, each before its step. Blocks the thread
	 * while it computes.
	 */
	steps(batches: readonly Batch[], learningRates: readonly number[]): Promise<Float32Array>;
	/** A copy of the state, which later steps do not change. */
	state(): Promise<TrainerState>;
	close(): Promise<void>;
}

/**
 * CUDA copies the whole state to main memory after every run (onnxruntime-node 1.30 leaves nothing on the GPU), so a run is
 * many steps: each then took 0.028 s instead of 0.045 s (D 64, batch 128, H100; the rest has become faster since). The chart
 * grows by this many steps at a time, and the Stop button waits for them.
 */
const STEPS_TOGETHER = 10;

const targetOf = ({ lowerFor, device }: Pick<TrainerOptions, 'lowerFor' | 'device'>) => lowerFor ?? device.provider;

/** The training step, lowered for the device. */
export async function stepFor(definition: NetworkDefinition, options: Omit<TrainerOptions, 'start'>): Promise<Graph> {
	const step = buildTrainingStep(definition, options);
	lower(step, await rulesFor(targetOf(options)));
	return step;
}

/**
 * Opens a trainer. Throws a UserError if the device is not available or would compute the network wrong, and a ModelError if
 * the state is another network's.
 */
export async function openTrainer(definition: NetworkDefinition, options: TrainerOptions): Promise<Trainer> {
	const { batchSize, device, start } = options;
	assertRightOn(device.provider, definition);
	const graph = await stepFor(definition, options);
	const begin = 'state' in start ? start.state : initialState(definition, start.seed);
	const vectors = stateVectors(definition, begin, options.ema !== undefined);
	const isRepeated = targetOf(options) === 'cuda';
	const session = await openTrainingSession(
		isRepeated ? repeated(graph, Object.keys(vectors).length) : graph,
		vectors,
		device,
	);
	let taken = begin.steps;
	/** Takes all steps in one run. `lead`: their number, if the graph takes a list of steps. */
	const run = async (batches: readonly Batch[], learningRates: readonly number[], lead: readonly number[]) => {
		const scalars = learningRates.map((rate, i) => adamScalars(taken + 1 + i, rate));
		const losses = await session.run({
			...batchTensors(definition, batches, [...lead, batchSize]),
			step_size: tensor(new Float32Array(scalars.map(({ stepSize }) => stepSize)), lead),
			root_correction: tensor(new Float32Array(scalars.map(({ rootCorrection }) => rootCorrection)), lead),
		});
		taken += batches.length;
		return losses;
	};
	return {
		together: isRepeated ? STEPS_TOGETHER : 1,
		async steps(batches, learningRates) {
			if (isRepeated) return run(batches, learningRates, [batches.length]);
			const losses = new Float32Array(batches.length);
			for (const [i, batch] of batches.entries()) losses[i] = (await run([batch], [learningRates[i]], []))[0];
			return losses;
		},
		state: async () => namedState(definition, await session.state(), taken),
		close: () => session.close(),
	};
}

/** A state as the vectors that a step takes; an average that is requested but missing starts at the parameters. */
function stateVectors(definition: NetworkDefinition, state: TrainerState, average: boolean): StateVectors {
	const { parameters } = definition;
	const of = (parts: readonly TensorSpec[], key: 'parameters' | 'firstMoments' | 'secondMoments' | 'statistics') =>
		flatten(parts, state[key], `${definition.name}, ${key}`);
	return {
		parameters: of(parameters, 'parameters'),
		first_moment: of(parameters, 'firstMoments'),
		second_moment: of(parameters, 'secondMoments'),
		...(definition.statistics.length > 0 ? { statistics: of(definition.statistics, 'statistics') } : {}),
		...(average
			? { average: flatten(parameters, state.average ?? state.parameters, `${definition.name}, average`) }
			: {}),
	};
}

function namedState({ parameters, statistics }: NetworkDefinition, vectors: StateVectors, steps: number): TrainerState {
	return {
		steps,
		parameters: unflatten(parameters, vectors.parameters),
		firstMoments: unflatten(parameters, vectors.first_moment),
		secondMoments: unflatten(parameters, vectors.second_moment),
		statistics: vectors.statistics ? unflatten(statistics, vectors.statistics) : {},
		...(vectors.average ? { average: unflatten(parameters, vectors.average) } : {}),
	};
}

/** Throws if a batch lacks an input or has it in the wrong size, which is always a mistake in this program. */
function batchTensors(
	definition: NetworkDefinition,
	batches: readonly Batch[],
	lead: readonly number[],
): Record<string, Tensor> {
	const shapes: Readonly<Record<string, readonly number[]>> = { ...definition.inputs, target: definition.outputShape };
	const entries = Object.entries(shapes).map(([name, shape]) => {
		const arrays = batches.map((batch) => batch[name as keyof Batch]);
		if (!arrays.every((array) => array !== undefined)) throw new Error(`${definition.name}: the batch lacks "${name}"`);
		return [name, tensor(concatenate(arrays), [...lead, ...shape])];
	});
	return Object.fromEntries(entries);
}
