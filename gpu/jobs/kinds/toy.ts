/** Points in the plane: a small network learns their distribution from scratch and makes new ones out of noise. */
import * as z from 'zod';
import { defineKind } from '../kind.ts';
import { seed } from '../values.ts';

/** The distributions to learn. */
export const TOY_SHAPES = ['moons', 'checkerboard', 'circles', 'spiral'] as const;
export type ToyShape = (typeof TOY_SHAPES)[number];

/** How they are learned: as a diffusion or as a flow. */
export const TOY_METHODS = ['ddpm', 'flow'] as const;
export type ToyMethod = (typeof TOY_METHODS)[number];

/** Points in a training step. */
export const TOY_BATCH = 256;

/** With everything at its maximum, both methods take about 40 seconds on one core; with the defaults, 9. */
export const TOY_LIMITS = {
	training: { min: 100, max: 5000 },
	points: { min: 50, max: 1000 },
	steps: { min: 1, max: 500 },
	stepCounts: 5,
} as const;

/** A training step's passes: one forward, and one backward each for the points and the parameters. */
const PASSES = 3;

const { training, points, steps, stepCounts } = TOY_LIMITS;

export const toy = defineKind({
	network: 'plane',
	schema: z.object({
		kind: z.literal('toy'),
		/** The network that it trains. */
		model: z.literal('plane-mlp'),
		seed,
		shape: z.enum(TOY_SHAPES),
		methods: z.array(z.enum(TOY_METHODS)).min(1).max(TOY_METHODS.length),
		/** Training steps. */
		training: z.int().min(training.min).max(training.max),
		/** How many points to sample. */
		points: z.int().min(points.min).max(points.max),
		/** Numbers of steps from noise to data, ascending; the walk with the most is shown in full. */
		stepCounts: z.array(z.int().min(steps.min).max(steps.max)).min(1).max(stepCounts),
	}),
	/** Counts training and sampling; everything else takes next to nothing. */
	cost: (job) =>
		job.methods.length *
		(PASSES * TOY_BATCH * job.training + job.points * job.stepCounts.reduce((sum, count) => sum + count, 0)),
});
