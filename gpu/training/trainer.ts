/** Trains a network: holds its parameters and moves them, one batch at a time. */
import type { NetworkDefinition } from '../models/digits/definition.ts';
import type { Formulation } from '../onnx/graph.ts';
import type { Device } from '../onnx/session.ts';
import type { Loss } from './step.ts';
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

/** Throws a UserError when the device is not there, and a ModelError when the state is another network's. */
export async function openTrainer(definition: NetworkDefinition, options: TrainerOptions): Promise<Trainer> {
	throw new Error(`openTrainer: not yet (${definition.name}, ${options.batchSize})`);
}
