/** Writes into the pictures of a reply how they were made. */
import type { Figure, Reply } from '../../../commands/lib/command.ts';
import { isUpload, type OptionSpecs } from '../../../commands/lib/options.ts';
import { countSteps, planSampling } from '../../../gpu/diffusion/plan.ts';
import { type Job, ownPromptsOf, type SamplerName, seedOf } from '../../../gpu/jobs/index.ts';
import { readPngText } from '../../base/read-png-text.ts';
import { VERSION } from '../../base/version.ts';
import { withPngText } from '../../base/write-png-text.ts';
import type { RequestRecord } from '../../store/records.ts';
import { A1111_KEYWORD, IMPRINT_KEYWORD, type Imprint, mayBeTold } from './imprint.ts';

type Made = Pick<RequestRecord, 'command' | 'options' | 'job' | 'result'>;

/** The reply with pictures that say how they were made. What was shown of another request before keeps what it says. */
export function imprintedReply<R extends Pick<Reply, 'figures' | 'originals'>>(
	made: Made,
	specs: OptionSpecs,
	reply: R,
): R {
	const { figures, originals } = reply;
	const imprint = (each: readonly Figure[]) => each.map((figure) => imprinted(made, specs, figure));
	return {
		...reply,
		figures: imprint(figures),
		...(originals && { originals: async () => imprint(await originals()) }),
	};
}

/**
 * Likewise for figures that are shown while a request runs. One that is shown again keeps its bytes, the very object: platforms
 * recognise by it what they need not send again.
 */
export function imprintOfProgress(made: Made, specs: OptionSpecs): (figures: readonly Figure[]) => readonly Figure[] {
	const known = new WeakMap<Figure, Figure>();
	return (figures) =>
		figures.map((figure) => {
			const shown = known.get(figure) ?? imprinted(made, specs, figure);
			known.set(figure, shown);
			return shown;
		});
}

/** The figure with its imprint; one that is not a PNG stays as it is. */
function imprinted(made: Made, specs: OptionSpecs, figure: Figure): Figure {
	const { bytes, type, seed } = figure;
	if (type !== 'image/png' || readPngText(bytes).has(IMPRINT_KEYWORD)) return figure;
	const imprint = imprintOf(made, specs, seed);
	const parameters = made.job && parametersOf(made.job, imprint, made.result?.images[0]);
	const texts = {
		...(parameters && { [A1111_KEYWORD]: parameters }),
		[IMPRINT_KEYWORD]: inAscii(JSON.stringify(imprint)),
	};
	return { ...figure, bytes: withPngText(bytes, texts) };
}

/** @param own the seed of the one picture that a figure shows */
function imprintOf({ command, options, job }: Made, specs: OptionSpecs, own: number | undefined): Imprint {
	const given = Object.keys(specs).filter((name) => options[name] !== undefined && options[name] !== '');
	const told = given.filter((name) => mayBeTold(specs[name]) && typeof options[name] !== 'object');
	const files = given.filter((name) => isUpload(specs[name]));
	const seed = own ?? (job && seedOf(job));
	return {
		command,
		options: Object.fromEntries(told.map((name) => [name, options[name] as string | number])),
		...(files.length > 0 && { files }),
		...(seed !== undefined && { seed }),
		...(job && 'model' in job && { model: job.model }),
		version: VERSION,
	};
}

/**
 * The prompts, a line each; "Negative prompt: …" where there is one; and "Steps: 34, Sampler: ddpm, …". Source: create_infotext
 * and parse_generation_parameters of stable-diffusion-webui.
 */
function parametersOf(job: Job, { seed, model }: Imprint, size: { width: number; height: number } | undefined): string {
	const sampled = 'guidanceScale' in job && 'sampler' in job;
	const negative = sampled && job.negativePrompt;
	const settings = {
		...(sampled && {
			Steps: countSteps(planSampling(job)),
			Sampler: A1111_SAMPLERS[job.sampler] ?? job.sampler,
			'CFG scale': job.guidanceScale,
		}),
		...(seed !== undefined && { Seed: seed }),
		...(size && { Size: `${size.width}x${size.height}` }),
		...(model !== undefined && { Model: quotedWhereNeeded(model) }),
		Version: `flipside ${VERSION}`,
	};
	const last = Object.entries(settings).map(([name, value]) => `${name}: ${value}`);
	return [...ownPromptsOf(job), ...(negative ? [`Negative prompt: ${negative}`] : []), last.join(', ')].join('\n');
}

/** What A1111 calls those of ours that it has. */
const A1111_SAMPLERS: Readonly<Partial<Record<SamplerName, string>>> = {
	ddim: 'DDIM',
	'dpmpp-2m': 'DPM++ 2M',
	heun: 'Heun',
	'euler-ancestral': 'Euler a',
};

const quotedWhereNeeded = (text: string) => (/[,\n:]/.test(text) ? JSON.stringify(text) : text);

/** JSON that any encoding leaves alone. */
const inAscii = (json: string) =>
	json.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
