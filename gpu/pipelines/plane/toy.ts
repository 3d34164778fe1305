/**
 * A distribution in the plane, learned from scratch by a small network, as a diffusion and as a flow; and everything to show of
 * it: the network's output over the plane, points on their way out of noise, and the effect of fewer steps.
 * Source: Ho et al. 2020, algorithms 1 and 2; Lipman et al. 2022; Liu et al. 2022.
 */
import { TorchGenerator } from '../../diffusion/noise.ts';
import { consecutiveSeeds } from '../../diffusion/seeds.ts';
import {
	type JobOf,
	type Points,
	type ToyField,
	type ToyMethod,
	type ToyRun,
	type ToyWalk,
	writeToyRecord,
} from '../../jobs/index.ts';
import { openDigitNetwork } from '../../models/digits/network.ts';
import type { NamedArrays } from '../../models/digits/tensors.ts';
import { planeMlp } from '../../models/plane/mlp.ts';
import { slicedWasserstein } from '../../tensor/sliced-wasserstein.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { drawShape } from '../../training/plane/shapes.ts';
import { trainPlane } from '../../training/plane/train.ts';
import { type AskPlane, PLANE_METHODS } from './methods.ts';
import type { PlaneContext, PlanePipeline } from './pipeline.ts';
import { previewOf } from './preview.ts';

/** The times at which the field is drawn; at the end itself there is nothing left to predict. */
const FIELD_TIMES = [0, 0.25, 0.5, 0.75, 0.95];

/** Arrows in a row, and how far from the middle the outermost are. */
const GRID = 13;
const GRID_REACH = 4.2;

/** The most steps that the film shows. */
const FILM_STATES = 40;

/** How many paths are kept: those of the points nearest to places on a circle of this radius around the middle. */
const PATHS = 6;
const PATH_RADIUS = 1.6;

/** Training steps between two previews of what has been learned, and the sampling steps of a preview. */
const LOOK_EVERY = 250;
const LOOK_STEPS = 10;

/** Batch sizes of network calls: points and the grid fit in few batches. */
const BATCH_SIZES = [1, 4, 32, 100, 250];

/** What all methods have in common. */
interface Scene {
	/** A separate draw of what is learned, which points are compared with; [N, 2]. */
	readonly data: Tensor;
	/** Seeds `noise` and what a diffusion adds on the way. */
	readonly noiseSeed: number;
	/** Where all points start, [N, 2]. */
	readonly noise: Tensor;
	readonly grid: Tensor;
}

export const toy: PlanePipeline<'toy'> = async (job, context) => {
	const [noiseSeed, dataSeed, otherSeed] = consecutiveSeeds(job.seed, 3);
	const data = drawShape(job.shape, job.points, dataSeed); // [N, 2]
	const noise = new TorchGenerator(noiseSeed).randn(data.shape); // [N, 2]
	const scene: Scene = { data, noiseSeed, noise, grid: gridPoints() };

	const perMethod = job.training + job.stepCounts.reduce((sum, steps) => sum + steps, 0);
	const total = job.methods.length * perMethod;
	let done = 0;
	let preview = previewOf(noise);
	const onStep = (x0?: Tensor) => {
		if (x0) preview = previewOf(x0);
		context.onStep({ done: ++done, total, x0: preview });
	};

	const runs: ToyRun[] = [];
	for (const method of job.methods) {
		const weights = await trainPlane({
			...context,
			...{ method, shape: job.shape, steps: job.training, seed: job.seed },
			async onStep(taken, current) {
				const isDue = taken % LOOK_EVERY === 0 && taken < job.training;
				onStep(isDue ? await lookAt(await current(), method, scene, context) : undefined);
			},
		});
		runs.push(await asking(weights, context, (ask) => runOf(ask, method, job, scene, { ...context, onStep })));
	}
	const leastDistance = slicedWasserstein(drawShape(job.shape, job.points, otherSeed), data);
	const record = { data: plain(data), leastDistance, grid: plain(scene.grid), runs };
	return { file: writeToyRecord(record), notes: [] };
};

/** Points sampled with what has been learned so far, [N, 2]. */
function lookAt(weights: NamedArrays, method: ToyMethod, scene: Scene, context: PlaneContext): Promise<Tensor> {
	return asking(weights, context, async (ask) => {
		let x = scene.noise;
		for await (const state of walk(ask, method, LOOK_STEPS, scene, context)) ({ x } = state);
		return x;
	});
}

/** Everything to show of a method whose network is trained. `onStep` receives the points that each step was heading for. */
async function runOf(
	ask: AskPlane,
	method: ToyMethod,
	{ stepCounts }: JobOf<'toy'>,
	scene: Scene,
	{ signal, onStep }: Pick<PlaneContext, 'signal'> & { onStep(x0: Tensor): void },
): Promise<ToyRun> {
	const fields: ToyField[] = [];
	for (const time of FIELD_TIMES) fields.push(await fieldAt(ask, method, time, scene));
	const walks: ToyWalk[] = [];
	let states: Tensor[] = [];
	for (const steps of stepCounts) {
		states = [scene.noise]; // [N, 2] each
		for await (const { x, x0 } of walk(ask, method, steps, scene, { signal })) {
			states.push(x);
			onStep(x0);
		}
		const end = states[steps];
		walks.push({ steps, end: plain(end), distance: slicedWasserstein(end, scene.data) });
	}
	const paths = pathStarts(scene.noise).map((i) => pathOf(states, i));
	return { method, fields, walks, film: filmOf(states), paths, detour: detourOf(states) };
}

/** Runs `work` with the network that has these weights. */
async function asking<Result>(
	weights: NamedArrays,
	{ device }: PlaneContext,
	work: (ask: AskPlane) => Promise<Result>,
): Promise<Result> {
	const network = await openDigitNetwork(planeMlp(), weights, device, BATCH_SIZES);
	try {
		return await work(async (x, time) => {
			const [count] = x.shape;
			const t = tensor(new Float32Array(count).fill(time), [count, 1]);
			return (await network.run({ x, t })).output;
		});
	} finally {
		await network.close();
	}
}

/** Walks points out of the noise. */
function walk(
	ask: AskPlane,
	method: ToyMethod,
	steps: number,
	{ noiseSeed, noise }: Scene,
	{ signal }: Pick<PlaneContext, 'signal'>,
) {
	const source = new TorchGenerator(noiseSeed);
	return PLANE_METHODS[method].walk(ask, { steps, x: source.randn(noise.shape), source, signal });
}

async function fieldAt(ask: AskPlane, method: ToyMethod, time: number, scene: Scene): Promise<ToyField> {
	const { noised, arrows } = PLANE_METHODS[method];
	const points = noised(scene.data, time, scene.noise); // [N, 2]
	return { time, points: plain(points), arrows: plain(await arrows(ask, scene.grid, time)) };
}

/** GRID x GRID points, row by row, [GRID², 2]. */
function gridPoints(): Tensor {
	const place = (i: number) => GRID_REACH * ((2 * i) / (GRID - 1) - 1);
	const points = Array.from({ length: GRID ** 2 }, (_, i) => [place(i % GRID), place(Math.floor(i / GRID))]);
	return tensor(Float32Array.from(points.flat()), [GRID ** 2, 2]);
}

/** Some of the states, evenly spread, including the first and the last. */
function filmOf(states: readonly Tensor[]): ToyRun['film'] {
	const last = states.length - 1;
	const frames = Math.min(FILM_STATES, last);
	const kept = Array.from({ length: frames + 1 }, (_, i) => Math.round((i * last) / frames));
	return kept.map((step) => ({ step, points: plain(states[step]) }));
}

/** Indices of the points [N, 2] whose paths are kept. */
function pathStarts({ data, shape: [count] }: Tensor): number[] {
	const places = Array.from({ length: PATHS }, (_, k) => (2 * Math.PI * (k + 0.5)) / PATHS);
	return places.map((angle) => {
		const [x, y] = [PATH_RADIUS * Math.cos(angle), PATH_RADIUS * Math.sin(angle)];
		const distances = Array.from({ length: count }, (_, i) => Math.hypot(data[2 * i] - x, data[2 * i + 1] - y));
		return distances.indexOf(Math.min(...distances));
	});
}

/** The total length of all points' paths, relative to straight lines between the same ends. */
function detourOf(states: readonly Tensor[]): number {
	const between = (a: Tensor, b: Tensor) => {
		let sum = 0;
		for (let i = 0; i < a.data.length; i += 2) sum += Math.hypot(b.data[i] - a.data[i], b.data[i + 1] - a.data[i + 1]);
		return sum;
	};
	const walked = states.slice(1).reduce((sum, state, i) => sum + between(states[i], state), 0);
	return walked / between(states[0], states[states.length - 1]);
}

/** Where point i was after each step. */
const pathOf = (states: readonly Tensor[], i: number): Points =>
	states.flatMap(({ data }) => [data[2 * i], data[2 * i + 1]]);

const plain = ({ data }: Tensor): Points => [...data];
