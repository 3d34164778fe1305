/** The options for a picture and how it becomes square for the model, and the part of the job that the latter fills. */
import { FITS, type Fit } from '../../gpu/jobs/index.ts';
import type { ChoiceOption, ImageOption } from './options.ts';

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

/** The picture that a command works on, typed first. */
export const pictureOption = {
	kind: 'image',
	label: 'Picture',
	summary: 'The picture; fit says how it becomes square',
	positional: true,
	required: true,
} as const satisfies ImageOption;

/** The part of a job; nothing for the default. */
export const fitParameter = ({ fit }: { readonly fit: Fit }) => (fit === USUAL_FIT ? {} : { fit });

/** "fit squash", to reproduce a result with; empty for the default. */
export const describeFit = ({ fit }: { readonly fit?: Fit }): readonly string[] =>
	fit === undefined ? [] : [`fit ${fit}`];
