/** Trains a network: holds its parameters and moves them, one batch at a time. */
import type { NetworkDefinition } from '../models/digits/definition.ts';
import { assertRightOn } from '../models/digits/providers.ts';
import type { TensorSpec } from '../models/digits/tensors.ts';
import { blockConvolutions, findConvolutionBlock } from '../onnx/blocked-convolutions.ts';
import type { Formulation, Graph } from '../onnx/graph.ts';
import { toModel } from '../onnx/model.ts';
import { type Device, openSession } from '../onnx/session.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { adamScalars } from './adam.ts';
import { flatten, unflatten } from './flat.ts';
import { initialState } from './initial.ts';
import type { Loss } from './losses.ts';
import { buildTrainingStep, nextName, type StateName } from './step.ts';
import type { TrainerState } from './trainer-state.ts';

/** What one step learns from; every array holds the whole batch, one example behind the other. */
export interface Batch {
	/** Pictures, [B, 1, 28, 28]. */
	readonly x: Float32Array;
	/** What should come out: pictures [B, 1, 28, 28], or a distribution over classes [B, 10]. */
	readonly target: Float32Array;
	/** t/T, [B, 1]; for networks that take it. */
	readonly t?: Float32Array;
	/** Classes as one-hot vectors, zeros where the class is dropped, [B, 10]; for networks that take them. */
	readonly c?: Float32Array;
}

export interface TrainerOptions {
	readonly batchSize: number;
	readonly device: Device;
	/** Where the network starts: drawn as PyTorch draws it after torch.manual_seed(seed), or where another training stopped. */
	readonly start: { readonly seed: number } | { readonly state: TrainerState };
	/** Absent: what suits the device. */
	readonly formulation?: Formulation;
	/** Absent: mse. */
	readonly loss?: Loss;
	/** Decay of the moving average of the parameters, in 0..1; absent: none is kept. */
	readonly ema?: number;
}

export interface Trainer {
	/** One step of Adam. Returns the batch's loss, before the step. Blocks the thread while it calculates. */
	step(batch: Batch, learningRate: number): Promise<number>;
	/** A copy: later steps leave it as it is. */
	state(): Promise<TrainerState>;
	close(): Promise<void>;
}

/** The training step in the form that suits the device. */
export async function stepFor(definition: NetworkDefinition, options: Omit<TrainerOptions, 'start'>): Promise<Graph> {
	const formulation = options.formulation ?? (options.device.provider === 'cpu' ? 'cpu' : 'portable');
	const graph = buildTrainingStep(definition, { ...options, formulation });
	const block = formulation === 'cpu' ? await findConvolutionBlock() : undefined;
	if (block) blockConvolutions(graph, block);
	return graph;
}

/** Throws a UserError when the device is not there or would miscalculate the network, and a ModelError when the state is another network's. */
export async function openTrainer(definition: NetworkDefinition, options: TrainerOptions): Promise<Trainer> {
	const { batchSize, device, start } = options;
	assertRightOn(device.provider, definition);
	const graph = await stepFor(definition, options);
	const begin = 'state' in start ? start.state : initialState(definition, start.seed);
	const vectors = stateVectors(definition, begin, options.ema !== undefined);
	const names = Object.keys(vectors) as StateName[];
	const session = await openSession(toModel(graph), { ...device, prefer: 'training' });

	// Two sets that take turns: a step reads one and writes the other.
	let current = mapValues(vectors, (vector) => tensor(vector, [vector.length]));
	let spare = mapValues(vectors, (vector) => tensor(new Float32Array(vector.length), [vector.length]));
	let { steps } = begin;
	return {
		async step(batch, learningRate) {
			const { stepSize, rootCorrection } = adamScalars(steps + 1, learningRate);
			const feeds = {
				...current,
				...batchTensors(definition, batch, batchSize),
				step_size: tensor(Float32Array.of(stepSize), []),
				root_correction: tensor(Float32Array.of(rootCorrection), []),
			};
			const into = Object.fromEntries(names.map((name) => [nextName(name), spare[name]]));
			const { loss } = await session.run(feeds, into);
			[current, spare] = [spare, current];
			steps++;
			return loss.data[0];
		},
		async state() {
			return namedState(
				definition,
				mapValues(current, ({ data }) => data),
				steps,
			);
		},
		close: () => session.close(),
	};
}

type Vectors<Content> = Readonly<Record<Exclude<StateName, 'average'>, Content> & { average?: Content }>;

/** A state as the vectors that a step takes; an average that is asked for and not there starts at the parameters. */
function stateVectors(definition: NetworkDefinition, state: TrainerState, average: boolean): Vectors<Float32Array> {
	const { parameters } = definition;
	const of = (parts: readonly TensorSpec[], key: 'parameters' | 'firstMoments' | 'secondMoments' | 'statistics') =>
		flatten(parts, state[key], `${definition.name}, ${key}`);
	return {
		parameters: of(parameters, 'parameters'),
		first_moment: of(parameters, 'firstMoments'),
		second_moment: of(parameters, 'secondMoments'),
		statistics: of(definition.statistics, 'statistics'),
		...(average
			? { average: flatten(parameters, state.average ?? state.parameters, `${definition.name}, average`) }
			: {}),
	};
}

function namedState(
	{ parameters, statistics }: NetworkDefinition,
	vectors: Vectors<Float32Array>,
	steps: number,
): TrainerState {
	return {
		steps,
		parameters: unflatten(parameters, vectors.parameters),
		firstMoments: unflatten(parameters, vectors.first_moment),
		secondMoments: unflatten(parameters, vectors.second_moment),
		statistics: unflatten(statistics, vectors.statistics),
		...(vectors.average ? { average: unflatten(parameters, vectors.average) } : {}),
	};
}

/** Throws when the batch lacks an input or has it in another size: always a mistake in this program. */
function batchTensors(definition: NetworkDefinition, batch: Batch, batchSize: number): Record<string, Tensor> {
	const shapes: Readonly<Record<string, readonly number[]>> = { ...definition.inputs, target: definition.outputShape };
	const entries = Object.entries(shapes).map(([name, shape]) => {
		const data = batch[name as keyof Batch];
		if (!data) throw new Error(`${definition.name}: the batch lacks "${name}"`);
		return [name, tensor(data, [batchSize, ...shape])];
	});
	return Object.fromEntries(entries);
}

function mapValues<Key extends string, From, To>(
	record: Readonly<Partial<Record<Key, From>>>,
	change: (value: From) => To,
): Record<Key, To> {
	const entries = Object.entries<From | undefined>(record).map(([key, value]) => [key, change(value as From)]);
	return Object.fromEntries(entries);
}
