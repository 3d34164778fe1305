/** Digits that enter a flow part of the way and follow it from there. */
import * as z from 'zod';
import { countVelocities } from '../../diffusion/flow/sample.ts';
import { digit, flow, MAX_SIGMAS, sources, weightsFields } from '../digit-fields.ts';
import { FLOW_MODELS, isTold } from '../digit-models.ts';
import { defineKind } from '../kind.ts';
import { branches, guidanceScale } from '../sampling.ts';
import { seed } from '../values.ts';

export const digitEdit = defineKind({
	network: 'digits',
	schema: z.object({
		kind: z.literal('digit-edit'),
		model: z.enum(FLOW_MODELS),
		...weightsFields,
		seed,
		sources,
		/** Where on the line from noise (0) to the digit (1) to enter; each gives a picture of its own. */
		times: z.array(z.number().min(0).lt(1)).min(1).max(MAX_SIGMAS),
		flow,
		/** The digit that `flow-class` is conditioned on; absent: none. */
		told: digit.optional(),
		/** Classifier-free guidance scale towards that digit; 1 = none. */
		guidanceScale,
	}),
	cost(job) {
		const velocities = job.times.reduce((sum, t) => sum + countVelocities(job.flow, t), 0);
		const isGuided = isTold(job.model) && job.told !== undefined;
		return job.sources.length * velocities * (isGuided ? branches(job) : 1);
	},
});
