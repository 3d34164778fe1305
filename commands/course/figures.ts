/**
 * The figures of the course's report, in its order: which requests make them, with the course's parameters.
 * Everything goes through the bot's own commands, so a student can type each line again.
 */
import { type Edition, UserError } from '../../gpu/jobs/index.ts';
import { COURSE_VALUES } from '../lib/course-values.ts';
import { andPlainly } from '../lib/lists.ts';
import type { ShippedEpochs } from '../mnist/shipped.ts';
import { digitFigures } from './digit-figures.ts';
import { DIGIT_LESSONS } from './digit-lessons.ts';
import type { Example } from './examples.ts';
import { type CourseFigure, type FigureRequest, type FigureRow, type Photo, rowsOf } from './figure.ts';
import { FLOW_LESSONS } from './flow-lessons.ts';
import { LESSONS } from './lessons.ts';
import type { OwnRuns } from './own-runs.ts';
import type { Recordings } from './recorded.ts';
import { EDITIONS } from './trainings.ts';

type Options = FigureRequest['options'];

/** The values of every figure with guidance. */
const { guidance: COURSE_GUIDANCE, sampler, fit } = COURSE_VALUES;
const COURSE_WAY = { guidance: COURSE_GUIDANCE, sampler } as const;

/** For figure 0, as in the notebook. It is also the command's default, except in a channel with the course's values. */
const SCHEDULER = 'ddpm';
const BY_SCHEDULER = { guidance: COURSE_GUIDANCE, sampler: SCHEDULER } as const;

const PHOTO = 'a high quality photo';
const DOG = 'a photo of a dog';
const OLD_MAN = 'an oil painting of an old man';
const CAMPFIRE = 'an oil painting of people around a campfire';
const PROMPTS = ['an oil painting of a snowy mountain village', 'a man wearing a hat', 'a rocket ship'];

/** The test picture of the assignment, and two pictures of the student's own. */
const PHOTOS: readonly Example[] = ['tower', 'fruit', 'bay'];

/** A drawing from the web, and two by hand. */
const DRAWINGS: readonly Example[] = ['penguin', 'house-sketch', 'rocket-sketch'];

/** What is redrawn in the examples, and as what; in a picture that nobody here has seen, the middle. */
const HOLES: Readonly<Partial<Record<Example, Options>>> = {
	tower: { region: '0.33,0,0.34,0.42' },
	fruit: { region: '0.5,0.45,0.5,0.45', prompt: 'a red apple' },
	bay: { region: '0.68,0.5,0.3,0.35', prompt: 'a sailboat' },
};
const MIDDLE: Options = { region: '0.25,0.25,0.5,0.5' };

/** Tries of an anagram that is hard to see, and of other illusions: the assignment says that several seeds are needed. */
const MANY_TRIES = 16;
const TRIES = 8;

const generate = (options: Options): FigureRequest => ({ command: 'generate', options });

/** The notebook squashes its pictures. */
const onPhoto = (command: string, image: Photo, options: Options): FigureRequest => ({
	command,
	options: { ...options, fit },
	image,
});

const edit = (image: Photo, prompt: string, guidance: number = COURSE_GUIDANCE) =>
	onPhoto('edit', image, { prompt, guidance });

const inpaint = (image: Photo, options: Options = {}) =>
	onPhoto('inpaint', image, {
		prompt: PHOTO,
		...((typeof image === 'string' && HOLES[image]) || MIDDLE),
		...options,
		size: 'model',
		count: 3,
	});

const illusion = (command: 'anagram' | 'hybrid', prompt: string, prompt2: string, options: Options = {}) => ({
	command,
	options: { prompt, prompt2, tries: TRIES, ...COURSE_WAY, ...options },
});

/** The picture is already square; a channel with the course's values would still name the fit. */
const enlarge = (of: number, options: Options): FigureRequest => ({
	command: 'upscale',
	options: { ...options, fit },
	image: { pictureOf: of },
});

const figure = (id: keyof typeof LESSONS, rows: readonly FigureRow[]): CourseFigure => ({ id, ...LESSONS[id], rows });

function pictureFigures(photos: readonly (Photo | undefined)[], guidance: number): readonly CourseFigure[] {
	const all = PHOTOS.map((example, i) => photos[i] ?? example);
	const [test] = all;
	const onTest = (command: string, options: Options): FigureRow[] => rowsOf(onPhoto(command, test, options));
	/** For a model whose usual guidance is not the course's. */
	const otherwise = (row: FigureRow) => (guidance === COURSE_GUIDANCE ? [] : [row]);
	const unguided = { count: 5, guidance: 1, sampler };
	return [
		figure(
			'0',
			PROMPTS.map((prompt) => ({
				requests: [20, 30].map((steps) => generate({ prompt, steps, ...BY_SCHEDULER })),
			})),
		),
		figure(
			'0b',
			PROMPTS.map((prompt, i) => ({
				requests: [generate({ prompt, steps: 30, ...BY_SCHEDULER }), enlarge(2 * i, { prompt })],
			})),
		),
		figure('1.1', onTest('noise', { t: '250,500,750' })),
		figure('1.2', onTest('denoise', { method: 'blur' })),
		figure('1.3', onTest('denoise', { method: 'one-step' })),
		figure('1.4', onTest('denoise', { method: 'compare', start: 10 })),
		figure('1.5', [
			...rowsOf(generate({ prompt: PHOTO, ...unguided })),
			...otherwise({
				note: 'This model knows things rather than photos, so here are five under a prompt that names one.',
				requests: [generate({ prompt: DOG, ...unguided })],
			}),
		]),
		figure('1.6', [
			...rowsOf(generate({ prompt: PHOTO, count: 5, ...COURSE_WAY })),
			...otherwise({
				note: `With ${COURSE_GUIDANCE}, this model's pictures get worse. The dogs of 1.5 show what guidance does: the same noise and loop, but guidance ${guidance}.`,
				requests: [generate({ prompt: DOG, count: 5, guidance, sampler })],
			}),
			...otherwise({
				note: 'The same again with the scheduler, whose dynamic thresholding keeps their colours within range.',
				requests: [generate({ prompt: DOG, count: 5, guidance, sampler: SCHEDULER })],
			}),
		]),
		figure('1.7', [
			...rowsOf(...all.map((photo) => edit(photo, PHOTO))),
			...otherwise({
				note: `The first one again with guidance ${guidance}: with ${COURSE_GUIDANCE}, this model repaints even what a late start should keep.`,
				requests: [edit(test, PHOTO, guidance)],
			}),
		]),
		figure('1.7.1', rowsOf(...DRAWINGS.map((drawing) => edit(drawing, PHOTO)))),
		figure('1.7.2', [
			...rowsOf(...all.map((photo) => inpaint(photo, { guidance: COURSE_GUIDANCE }))),
			...otherwise({
				note: `The last one again with guidance ${guidance}, with which this model's colours do not burn.`,
				requests: [inpaint(all[all.length - 1], { guidance })],
			}),
		]),
		figure(
			'1.7.3',
			rowsOf(
				...['a rocket ship', DOG, 'an oil painting of a snowy mountain village'].map((prompt, i) =>
					edit(all[i], prompt),
				),
			),
		),
		figure('1.8', [
			...rowsOf(
				illusion('anagram', OLD_MAN, CAMPFIRE, { tries: MANY_TRIES }),
				illusion('anagram', 'a lion', 'the sun'),
				illusion('anagram', 'a rocket ship', 'a pencil'),
			),
			...otherwise({
				note: `The first pair again with guidance ${guidance} and the scheduler: this model's colours do not burn, and the flames are easier to see.`,
				requests: [illusion('anagram', OLD_MAN, CAMPFIRE, { tries: MANY_TRIES, guidance, sampler: SCHEDULER })],
			}),
		]),
		figure(
			'1.9',
			rowsOf(
				illusion('hybrid', 'a lithograph of a skull', 'a lithograph of waterfalls'),
				illusion('hybrid', 'a photo of a man', 'a photo of the amalfi coast'),
				illusion('hybrid', OLD_MAN, 'an oil painting of a snowy mountain village'),
			),
		),
		figure('2', [
			...rowsOf(
				illusion('anagram', 'a tree', 'a mushroom', { view: 'negate' }),
				illusion('anagram', 'a cat', 'a rabbit', { view: 'rotate_cw' }),
				illusion('hybrid', 'a house', 'a sunflower', { kind: 'color' }),
				illusion('anagram', 'an umbrella', 'a slice of pizza'),
				enlarge(3, { prompt: 'an umbrella', prompt2: 'a slice of pizza', view: 'flip' }),
			),
			{
				note: 'A logo for a course on pictures, with the model’s own guidance and the scheduler, which keep areas clean.',
				requests: [generate({ prompt: 'a camera', guidance, sampler: SCHEDULER }), enlarge(5, { prompt: 'a camera' })],
			},
		]),
	];
}

export interface FigureChoice {
	/** The assignment's edition; absent: 2024. */
	readonly edition?: Edition;
	/** The user's own trainings that Part B is made from, if any. */
	readonly own?: OwnRuns;
	/** What is shown where there is no such training. */
	readonly recorded?: Recordings;
	/** The epochs of the bot's own networks. */
	readonly shipped?: ShippedEpochs;
	/** The user's own pictures, each replacing the one in `PHOTOS`; where one is absent, that one stays. */
	readonly photos?: readonly (Photo | undefined)[];
	/** The guidance that the model works best with. */
	readonly guidance?: number;
}

/** Both parts. */
export const courseFigures = ({
	edition = 2024,
	own = {},
	recorded = {},
	shipped = {},
	photos = [],
	guidance = COURSE_GUIDANCE,
}: FigureChoice = {}): readonly CourseFigure[] => [
	...pictureFigures(photos, guidance),
	...digitFigures({ edition, own, recorded, shipped }),
];

const idsOf = (edition: Edition) => courseFigures({ edition }).map(({ id }) => id);

/** The figures of all editions, in the order of the exercises: part A's start with a number. */
export const FIGURE_IDS = [...new Set([LESSONS, DIGIT_LESSONS, FLOW_LESSONS].flatMap(Object.keys))].sort(
	new Intl.Collator('en', { numeric: true }).compare,
);

/** @throws {UserError} when a figure is not in the edition but in another one */
export function checkFigures(ids: readonly string[], edition: Edition): void {
	const known = idsOf(edition);
	const strays = ids.filter((id) => !known.includes(id));
	if (strays.length === 0) return;
	const [are, them] = strays.length === 1 ? ['is not a figure', 'it'] : ['are not figures', 'them'];
	const other = EDITIONS.find((each) => each !== edition);
	throw new UserError(`${andPlainly.format(strays)} ${are} of edition ${edition}; edition ${other} has ${them}.`);
}
