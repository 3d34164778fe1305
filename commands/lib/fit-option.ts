/** The option that says how a picture becomes square for the model, and the part of the job that it fills. */
import { FITS, type Fit } from '../../gpu/jobs/index.ts';
import type { ChoiceOption } from './options.ts';

/** The default; jobs leave it out. */
const USUAL_FIT = 'crop' satisfies Fit;

export const fitOption = {
	kind: 'choice',
	label: 'How it becomes square (fit)',
	summary: 'How a picture becomes square; see /help fit',
	choices: FITS,
	meanings: {
		crop: 'the largest square in the middle',
		squash: "all of it, stretched to a square, as in the course's notebook",
		pad: 'all of it in its own shape, with a plain border',
	},
	default: USUAL_FIT,
} as const satisfies ChoiceOption<Fit>;

/** The part of a job; nothing for the default. */
export const fitParameter = ({ fit }: { readonly fit: Fit }) => (fit === USUAL_FIT ? {} : { fit });

/** "fit squash", to reproduce a result with; empty for the default. */
export const describeFit = ({ fit }: { readonly fit?: Fit }): readonly string[] =>
	fit === undefined ? [] : [`fit ${fit}`];
