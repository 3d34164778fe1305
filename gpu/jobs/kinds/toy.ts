/** Points of the plane: a small network learns a distribution of them from scratch, and makes some out of noise. */
import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { seed } from '../values.ts';

/** What there is to learn. */
export const TOY_SHAPES = ['moons', 'checkerboard', 'circles', 'spiral'] as const;
export type ToyShape = (typeof TOY_SHAPES)[number];

/** By which equations: a diffusion, or a flow. */
export const TOY_METHODS = ['ddpm', 'flow'] as const;
export type ToyMethod = (typeof TOY_METHODS)[number];

/** Points in a training step. */
export const TOY_BATCH = 256;

/** With the most of everything, both methods take about 40 seconds of one core; with the usual, 9. */
export const TOY_LIMITS = {
	training: { min: 100, max: 5000 },
	points: { min: 50, max: 1000 },
	steps: { min: 1, max: 500 },
	stepCounts: 5,
} as const;

/** A step forward, and a step back for each of points and parameters. */
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
		/** Steps of the training. */
		training: z.int().min(training.min).max(training.max),
		/** Points that are sampled. */
		points: z.int().min(points.min).max(points.max),
		/** Steps of each way from noise to data, ascending: the last is the one that is shown in full. */
		stepCounts: z.array(z.int().min(steps.min).max(steps.max)).min(1).max(stepCounts),
	}),
	/** Of the training and of the ways from noise to data; what is looked at besides takes next to nothing. */
	cost: (job) =>
		job.methods.length *
		(PASSES * TOY_BATCH * job.training + job.points * job.stepCounts.reduce((sum, count) => sum + count, 0)),
});
