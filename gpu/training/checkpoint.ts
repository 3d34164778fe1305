/**
 * Saves trainings, one .safetensors file per checkpoint.
 *
 * Parameters and statistics have PyTorch's names, so that a notebook can load them. What else a training needs is stored with
 * the same names under `adam.m.`, `adam.v.` and `ema.`, and the losses of all steps under `losses`.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ModelError } from '../errors.ts';
import { explainIssue } from '../explain-issue.ts';
import { type NetworkDefinition, statisticNames } from '../models/digits/definition.ts';
import { encodeSafetensors, type FileValues, loadSafetensors } from '../models/safetensors-values.ts';
import type { FloatType } from '../onnx/dtype.ts';
import { valueText } from '../quoted.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { writeWhole } from '../write-whole.ts';
import type { NamedArrays, TrainerState } from './trainer-state.ts';

/** The state of a training after some step. */
export interface Checkpoint {
	readonly state: TrainerState;
	/** The loss of every step so far. */
	readonly losses: readonly number[];
}

const [M, V, EMA, LOSSES] = ['adam.m.', 'adam.v.', 'ema.', 'losses'];

const metadataSchema = z.object({
	steps: z.coerce.number().int().min(0),
	/** SHA-256 of the steps, names and values in file order: nothing else would reveal a flipped bit. */
	sha256: z.string(),
});

/** Writes everything that a training needs to resume, completely or not at all. */
export async function saveCheckpoint(
	path: string,
	definition: NetworkDefinition,
	{ state, losses }: Checkpoint,
): Promise<void> {
	const shapes = shapesOf(definition);
	const tensors = new Map<string, Tensor>();
	const put = (prefix: string, arrays: NamedArrays) => {
		for (const [name, data] of Object.entries(arrays)) {
			tensors.set(prefix + name, { data, shape: shapes.get(name) ?? [data.length] });
		}
	};
	put('', state.parameters);
	put('', state.statistics);
	put(M, state.firstMoments);
	put(V, state.secondMoments);
	if (state.average) put(EMA, state.average);
	tensors.set(LOSSES, { data: Float32Array.from(losses), shape: [losses.length] });
	const metadata = { network: definition.name, steps: String(state.steps), sha256: hashOf(state.steps, tensors) };
	await writeWhole(path, encodeSafetensors(tensors, { metadata }));
}

/** Reads what saveCheckpoint wrote. Throws a ModelError that names the file, if it is damaged or another network's. */
export async function loadCheckpoint(path: string, definition: NetworkDefinition): Promise<Checkpoint> {
	const { tensors, metadata } = await loadSafetensors(path);
	const meta = metadataSchema.safeParse(metadata);
	if (!meta.success) throw new ModelError(`${path}: ${explainIssue(meta.error.issues[0], metadata)}`);
	const { steps, sha256 } = meta.data;
	if (hashOf(steps, tensors) !== sha256) throw new ModelError(`${path}: is damaged: it is not what was written`);
	if (metadata.network !== definition.name) {
		throw new ModelError(`${path}: field "network" is ${valueText(metadata.network)}, expected "${definition.name}"`);
	}
	const take = (prefix: string, names: readonly string[]) =>
		Object.fromEntries(names.map((name) => [name, find(tensors, prefix + name, path)]));
	const parameters = parameterNames(definition);
	return {
		state: {
			steps,
			parameters: take('', parameters),
			statistics: take('', statisticsOf(definition)),
			firstMoments: take(M, momentNames(tensors, M)),
			secondMoments: take(V, momentNames(tensors, V)),
			...(tensors.has(EMA + parameters[0]) && { average: take(EMA, parameters) }),
		},
		losses: [...find(tensors, LOSSES, path)],
	};
}

/**
 * Writes what sampling needs: the moving average if there is one, otherwise the parameters, and the statistics. Also writes
 * `num_batches_tracked`, which PyTorch's state_dict has and nothing here uses, as 0.
 */
export async function saveWeights(
	path: string,
	definition: NetworkDefinition,
	state: TrainerState,
	{ dtype, metadata }: { readonly dtype: FloatType; readonly metadata?: Readonly<Record<string, string>> },
): Promise<void> {
	const shapes = shapesOf(definition);
	const tensors = new Map<string, FileValues>();
	for (const [name, data] of Object.entries({ ...(state.average ?? state.parameters), ...state.statistics })) {
		tensors.set(name, { data, shape: shapes.get(name) ?? [data.length] });
	}
	for (const name of Object.keys(state.statistics)) {
		if (name.endsWith(VARIANCE)) tensors.set(name.slice(0, -VARIANCE.length) + COUNT, ZERO);
	}
	await writeWhole(path, encodeSafetensors(tensors, { dtype, metadata }));
}

/** PyTorch's name for a layer's second statistic, with its dot. */
const VARIANCE = statisticNames('')[1];
const COUNT = '.num_batches_tracked';
const ZERO: FileValues = { data: BigInt64Array.of(0n), shape: [] };

const parameterNames = ({ parameters }: NetworkDefinition) => parameters.map(({ name }) => name);
const statisticsOf = ({ statistics }: NetworkDefinition) => statistics.map(({ name }) => name);

function shapesOf({ parameters, statistics }: NetworkDefinition): ReadonlyMap<string, readonly number[]> {
	return new Map([...parameters, ...statistics].map(({ name, shape }) => [name, shape]));
}

/** The names that have moments; parameters that do not change have none. */
function momentNames(tensors: ReadonlyMap<string, Tensor>, prefix: string): readonly string[] {
	return [...tensors.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

function find(tensors: ReadonlyMap<string, Tensor>, name: string, path: string): Float32Array {
	const tensor = tensors.get(name);
	if (!tensor) throw new ModelError(`${path}: tensor "${name}" is missing`);
	return tensor.data;
}

function hashOf(steps: number, tensors: ReadonlyMap<string, Tensor>): string {
	const hash = createHash('sha256').update(String(steps));
	for (const [name, { data }] of tensors) {
		hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
	}
	return hash.digest('hex');
}
