/**
 * A distribution in the plane, learned from scratch by a small network, as a diffusion and as a flow; and all that there is to
 * see of it: what the network says of the plane, points on their way out of noise, and what fewer steps do to them.
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

/** Times at which the plane is looked at: at the end itself there is nothing left to say. */
const FIELD_TIMES = [0, 0.25, 0.5, 0.75, 0.95];

/** Arrows in a row, and how far out from the middle they begin. */
const GRID = 13;
const GRID_REACH = 4.2;

/** At most so many states make the film. */
const FILM_STATES = 40;

/** Points whose paths are kept: the nearest to so many places around the middle, at this distance from it. */
const PATHS = 6;
const PATH_RADIUS = 1.6;

/** Training steps between two looks at what has been learned, and the steps that such a look takes. */
const LOOK_EVERY = 250;
const LOOK_STEPS = 10;

/** Of calls of the network: points, and the grid, in few pieces. */
const BATCH_SIZES = [1, 4, 32, 100, 250];

/** What all methods have in common. */
interface Scene {
	/** What is learned, in a draw of its own that points are compared with; [N, 2]. */
	readonly data: Tensor;
	/** Seeds `noise` and what a diffusion adds on the way. */
	readonly noiseSeed: number;
	/** Where all points begin, [N, 2]. */
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

/** What points look like by what has been learned so far, [N, 2]. */
function lookAt(weights: NamedArrays, method: ToyMethod, scene: Scene, context: PlaneContext): Promise<Tensor> {
	return asking(weights, context, async (ask) => {
		let x = scene.noise;
		for await (const state of walk(ask, method, LOOK_STEPS, scene, context)) ({ x } = state);
		return x;
	});
}

/** All that there is to see of a method whose network is trained. `onStep` gets the points that each step steered for. */
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

/** Runs `work` with the network of these weights. */
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

/** Points from noise on. */
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

/** Some of the states, evenly spread, the first and the last among them. */
function filmOf(states: readonly Tensor[]): ToyRun['film'] {
	const last = states.length - 1;
	const frames = Math.min(FILM_STATES, last);
	const kept = Array.from({ length: frames + 1 }, (_, i) => Math.round((i * last) / frames));
	return kept.map((step) => ({ step, points: plain(states[step]) }));
}

/** Which of the points [N, 2] have their paths kept. */
function pathStarts({ data, shape: [count] }: Tensor): number[] {
	const places = Array.from({ length: PATHS }, (_, k) => (2 * Math.PI * (k + 0.5)) / PATHS);
	return places.map((angle) => {
		const [x, y] = [PATH_RADIUS * Math.cos(angle), PATH_RADIUS * Math.sin(angle)];
		const distances = Array.from({ length: count }, (_, i) => Math.hypot(data[2 * i] - x, data[2 * i + 1] - y));
		return distances.indexOf(Math.min(...distances));
	});
}

/** How long the ways of all points are together, straight ways to the same ends being 1. */
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
