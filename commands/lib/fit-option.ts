/** The option that says how a picture that is not square becomes one of the model's, and the part of the job that it makes. */
import { FITS, type Fit } from '../../gpu/jobs/index.ts';
import type { ChoiceOption } from './options.ts';

/** Absent from a job: what every picture gets when nothing else is said. */
const USUAL_FIT = 'crop' satisfies Fit;

export const fitOption = {
	kind: 'choice',
	summary: 'How a picture becomes square; see /help fit',
	choices: FITS,
	meanings: {
		crop: 'the largest square in the middle',
		squash: "all of it, stretched to a square, as in the course's notebook",
		pad: 'all of it in its own shape, with a plain border',
	},
	default: USUAL_FIT,
} as const satisfies ChoiceOption<Fit>;

/** Of a job: nothing where it would be so anyway. */
export const fitParameter = ({ fit }: { readonly fit: Fit }) => (fit === USUAL_FIT ? {} : { fit });

/** "fit squash", to make it again with; empty where it is as usual. */
export const describeFit = ({ fit }: { readonly fit?: Fit }): readonly string[] =>
	fit === undefined ? [] : [`fit ${fit}`];
