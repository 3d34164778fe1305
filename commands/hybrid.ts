/** /hybrid: a picture that shows one thing from afar and another close up. */
import { type JobImage, type JobOf, type JobResult, UserError } from '../gpu/jobs/index.ts';
import {
	type ComponentReading,
	componentReadings,
	DECOMPOSITION_NAMES,
	DECOMPOSITIONS,
	type DecompositionName,
	decompose,
	FILTER_SIDE,
	type Filter,
	filterOf,
	KERNEL_LIMITS,
	SIGMA_LIMITS,
} from '../gpu/views/index.ts';
import { type Gallery, galleryActions, galleryReply } from './figures/gallery.ts';
import { altText } from './figures/picture.ts';
import { pictureFile } from './figures/raster.ts';
import type { Cell } from './figures/sheet.ts';
import { defineCommand, type Studio } from './lib/command.ts';
import { fitOption, fitParameter } from './lib/fit-option.ts';
import {
	autoSamplingOptions,
	describeSampling,
	furtherPromptOption,
	promptOption,
	samplingParameters,
} from './lib/sampling.ts';
import { describeTry, shownTries, triesGallery, triesOption, triesParameter } from './lib/tries.ts';
import { upscaleAction } from './lib/upscale-button.ts';
import { fromNoise, upscaleButtons, upscaleOption, upscalerParameter } from './lib/upscale-option.ts';

/** The component that a reference replaces unless another is named. */
const FIRST = 'first';

/** Every component of every decomposition, each name once. */
const COMPONENT_NAMES = [
	FIRST,
	...new Set(DECOMPOSITION_NAMES.flatMap((name) => DECOMPOSITIONS[name].components.map((component) => component.name))),
];

const USUAL_KIND = 'frequency' satisfies DecompositionName;
const usual = DECOMPOSITIONS[USUAL_KIND].filter;

/** "triple 25, motion 7" */
const otherKernels = DECOMPOSITION_NAMES.flatMap((name) => {
	const { kernel }: Filter = DECOMPOSITIONS[name].filter;
	return name === USUAL_KIND || kernel === undefined ? [] : [`${name} ${kernel}`];
}).join(', ');

/** The default prompts where the model has none of its own. */
const EXAMPLES = ['a lithograph of a skull', 'a lithograph of waterfalls'] as const;

export const hybrid = defineCommand({
	name: 'hybrid',
	summary: 'Make a picture that shows one thing from afar and another close up, or in greys and in colour',
	example: `"${EXAMPLES.join('" "')}"`,
	options: {
		prompt: {
			...promptOption,
			ofModel: 0,
			default: EXAMPLES[0],
			summary: 'What it shows from afar (in greys, in motion)',
			label: 'From afar it shows',
		},
		prompt2: {
			...promptOption,
			ofModel: 1,
			orElse: 'reference',
			default: EXAMPLES[1],
			summary: 'What it shows close up (in colour, standing still)',
			label: 'Close up it shows',
		},
		prompt3: {
			...furtherPromptOption,
			summary: 'For kind triple: what it shows close up; prompt2 is then in between',
			label: 'A third prompt',
		},
		kind: {
			kind: 'choice',
			prominence: 'high',
			label: 'How they share it',
			summary: 'By distance, three distances, colour or motion',
			choices: DECOMPOSITION_NAMES,
			default: USUAL_KIND,
		},
		sigma: {
			kind: 'number',
			label: 'Strength of the blur (sigma)',
			summary: `Standard deviation of its blur, in pixels of ${FILTER_SIDE}; default: ${usual.sigma}`,
			...SIGMA_LIMITS,
			example: usual.sigma,
		},
		kernel: {
			kind: 'integer',
			label: 'Width of the blur (kernel)',
			summary: `Width of the blur, odd, in pixels of ${FILTER_SIDE}; default: ${usual.kernel} (${otherKernels})`,
			...KERNEL_LIMITS,
			example: usual.kernel,
		},
		reference: {
			kind: 'image',
			prominence: 'low',
			label: 'Picture instead of a prompt',
			summary: 'A picture for one component, instead of its prompt',
		},
		component: {
			kind: 'choice',
			label: 'What that picture replaces',
			summary: 'What the reference replaces; the first is seen from afar',
			choices: COMPONENT_NAMES,
			default: FIRST,
		},
		fit: fitOption,
		animate: {
			kind: 'flag',
			label: 'Also as an animation',
			summary: 'Also as an animation: receding, fading or shaking',
		},
		tries: triesOption,
		...autoSamplingOptions(),
		upscale: upscaleOption,
	},
	async run(options, { perform, blobs, film, models }) {
		const { prompt, prompt2, prompt3, kind, sigma, kernel, reference } = options;
		const referenceComponent = componentIndex(kind, options.component);
		if (referenceComponent !== undefined && !reference) {
			throw new UserError(
				'component says what a reference replaces; give a picture as reference too, or leave it out.',
			);
		}
		const prompts = [prompt, prompt2, prompt3].filter((given) => given !== undefined); // fewer with a reference
		const job: JobOf<'hybrid'> = {
			kind: 'hybrid',
			prompts,
			decomposition: kind,
			...(sigma !== undefined && { sigma }),
			...(kernel !== undefined && { kernel }),
			...(reference && { reference: reference.blob, ...fitParameter(options) }),
			...(referenceComponent !== undefined && { referenceComponent }),
			...triesParameter(options),
			...samplingParameters(options, prompts),
			...(await upscalerParameter(options, fromNoise(DECOMPOSITIONS[kind].components.length), models)),
		};
		// Both refuse what does not fit together before it waits in the queue.
		componentReadings(job);
		filterOf(job);
		return galleryReply(blobs, gallery(job, await perform(job)), options.animate ? film : undefined);
	},
	actions: { ...galleryActions(({ job, result }) => gallery(job as JobOf<'hybrid'>, result)), ...upscaleAction },
});

function componentIndex(kind: DecompositionName, name: string): number | undefined {
	if (name === FIRST) return undefined;
	const names: readonly string[] = DECOMPOSITIONS[kind].components.map((component) => component.name);
	if (names.includes(name)) return names.indexOf(name);
	throw new UserError(`A hybrid of the kind ${kind} has no component "${name}"; it has ${names.join(' and ')}.`);
}

/** The best tries, each beside how it looks from farther away, in greys or in motion. */
function gallery(job: JobOf<'hybrid'>, result: JobResult): Gallery {
	const [nearest, ...others] = componentReadings(job).toReversed();
	const readings = componentReadings(job)
		.map((reading) => `${reading.look} ${asked(reading)}`)
		.join(', ');
	const pieces = shownTries(result).map((image, rank) => {
		const settings = [...describeFilter(job), describeSampling({ ...job, seed: image.seed })].join(', ');
		return {
			image,
			caption: `${describeTry(image)}\n${asked(nearest)}`,
			filename: `hybrid-${image.seed}.png`,
			text: [`${capitalised(readings)}: ${settings}.`, ...result.notes].join(' '),
			alt: `A hybrid picture of the kind ${job.decomposition}: it should show ${readings}`,
			settings,
			buttons: upscaleButtons(job, rank),
			moving: async ({ blobs, film }: Studio) =>
				film('hybrid', {
					picture: await pictureFile(blobs, image),
					readings: componentReadings(job),
					choice: job,
					filename: `hybrid-${image.seed}.gif`,
					alt: altText(
						`A hybrid picture of the kind ${job.decomposition} that moves: it should show ${readings}`,
						settings,
					),
				}),
		};
	});
	const [{ alt, settings }] = pieces;
	const tries = pieces.map((piece) => [
		piece,
		...others.map((reading, i) => {
			const caption = `${reading.look}\n${asked(reading)}`;
			return { image: piece.image, caption, ...farther(job, piece.image, (i + 1) / others.length) };
		}),
	]);
	return triesGallery(result, { name: 'hybrid', what: alt, settings, tries });
}

/** A reading's prompt, quoted. */
const asked = ({ prompt }: ComponentReading) => (prompt === undefined ? 'the reference' : `“${prompt}”`);

/** From this many times as far, only shapes coarser than the usual filter's sigma are left. */
const AFAR = 4;

/** How to look at a picture for a reading other than the nearest; `share` is how far that is, 1 being the farthest. */
function farther(job: JobOf<'hybrid'>, { width }: JobImage, share: number): Pick<Cell, 'view' | 'distance'> {
	const ways: Partial<Record<string, Pick<Cell, 'view' | 'distance'>>> = {
		frequency: { distance: AFAR },
		triple: { distance: AFAR ** share },
	};
	return ways[job.decomposition] ?? { view: { apply: decompose(job, width)[0] } };
}

function describeFilter(job: JobOf<'hybrid'>): string[] {
	return Object.entries(filterOf(job)).map(([name, value]) => `${name} ${value}`);
}

function capitalised(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
