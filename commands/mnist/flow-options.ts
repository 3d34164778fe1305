/** The options for how a flow is followed. */
import {
	type DigitModel,
	FLOW_SAMPLER_NAMES,
	FLOW_SAMPLERS,
	FLOW_STEPS,
	type FlowChoice,
	isFlow,
	MAX_FLOW_STEPS,
	UserError,
} from '../../gpu/jobs/index.ts';
import { A_FLOW, wouldChangeNothing } from '../lib/idle-options.ts';
import type { ChoiceOption, NumberOption, Values } from '../lib/options.ts';
import type { Weights } from './weights.ts';

export const flowOptions = {
	steps: {
		kind: 'integer',
		label: 'Steps along the flow',
		summary: `Steps along a flow, from noise to digit; default: ${FLOW_STEPS}`,
		min: 1,
		max: MAX_FLOW_STEPS,
		example: 10,
	} satisfies NumberOption,
	sampler: {
		kind: 'choice',
		label: 'How the flow is followed',
		summary: 'How a flow is followed',
		choices: FLOW_SAMPLER_NAMES,
		meanings: { euler: FLOW_SAMPLERS.euler.summary, heun: FLOW_SAMPLERS.heun.summary },
		default: 'euler',
	} satisfies ChoiceOption<(typeof FLOW_SAMPLER_NAMES)[number]>,
} as const;

/**
 * How the network's flow is followed; empty where it is not a flow.
 *
 * @throws {UserError} for options that apply only to a flow, where the named run did not train one
 */
export function flowOf(
	{ steps, sampler }: Values<typeof flowOptions>,
	{ model, run }: Weights<DigitModel>,
): { readonly flow?: FlowChoice } {
	if (isFlow(model)) return { flow: { sampler, steps: steps ?? FLOW_STEPS } };
	const given = [
		...(steps === undefined ? [] : ['steps']),
		...(sampler === flowOptions.sampler.default ? [] : ['sampler']),
	];
	if (run === undefined || given.length === 0) return {};
	throw new UserError(wouldChangeNothing(given, A_FLOW));
}

/** "euler, 50 steps"; empty for what is not a flow. */
export function describeFlow({ flow }: { readonly flow?: FlowChoice }): string[] {
	return flow ? [flow.sampler, `${flow.steps} step${flow.steps === 1 ? '' : 's'}`] : [];
}
