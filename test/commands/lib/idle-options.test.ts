/** An option is refused exactly where the picture is the same with it and without. */
import { describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { IDLE_OPTIONS } from '../../../commands/lib/idle-options.ts';
import type { Job } from '../../../gpu/jobs/index.ts';
import { isDigitJob, runsOn } from '../../../gpu/jobs/index.ts';
import { DIGIT_PIPELINES, PIPELINES } from '../../../gpu/pipelines/index.ts';
import type { PipelineResult } from '../../../gpu/pipelines/pipeline.ts';
import { toyDigitContext } from '../../gpu/pipelines/digits/toy-digits.ts';
import { toyContext, wholly } from '../../gpu/pipelines/toy.ts';
import { jobTyped } from '../typed.ts';

async function pixelsOf(job: Job): Promise<unknown> {
	type Run = (...given: unknown[]) => Promise<PipelineResult>;
	const run = isDigitJob(job)
		? (DIGIT_PIPELINES[job.kind] as Run)(job, toyDigitContext())
		: runsOn('pictures', job) && wholly(PIPELINES[job.kind] as Run)(job as never, toyContext());
	const { images } = await (run as Promise<PipelineResult>);
	return images.map(({ pixels }) => pixels);
}

const IDLE = [
	['generate sky --guidance 1', '--negative stripes', 'guidance above 1'],
	['edit a.png sky --guidance 1 --start 5', '--negative stripes', 'guidance above 1'],
	['inpaint a.png sky --region 0,0,0.5,0.5 --guidance 1', '--negative stripes', 'guidance above 1'],
	['inpaint a.png sky --region 0,0,0.5,0.5', '--fit squash', 'size model, or with a mask'],
	['hybrid sky stripes --guidance 1', '--negative stripes', 'guidance above 1'],
	['hybrid sky stripes', '--fit pad', 'a reference'],
	['denoise a.png sky', '--negative stripes', 'method compare or one-step or iterative, and guidance above 1'],
	['denoise a.png sky --method one-step', '--sigma 2', 'method compare or blur'],
	['denoise a.png sky --method iterative', '--kernel 3', 'method compare or blur'],
	['denoise a.png --method blur', '--guidance 7', 'method compare or one-step or iterative'],
	[
		'denoise a.png --method blur',
		'--negative stripes',
		'method compare or one-step or iterative, and guidance above 1',
	],
	['denoise a.png sky --method one-step', '--steps 7', 'method compare or iterative'],
	['denoise a.png sky --method one-step', '--timesteps fast27', 'method compare or iterative'],
	['denoise a.png sky --method one-step', '--sampler ddpm', 'method compare or iterative'],
	['denoise a.png sky --method blur --sampler ddim', '--eta 0.5', 'method compare or iterative'],
	['inpaint a.png sky --region 0,0,0.5,0.5', '--jump 5', 'rule repaint'],
	['inpaint a.png sky --region 0,0,0.5,0.5', '--resamples 5', 'rule repaint'],
	['inpaint a.png sky --region 0,0,0.5,0.5 --size model', '--enlarge plain', 'size picture'],
	['mnist sample 3 --model time', '--guidance 7', 'model class, or a run of one'],
] as const;

describe('an option that changes nothing is refused', () => {
	test.each(IDLE)('%s %s', async (line, option, company) => {
		const [without, having] = await Promise.all([line, `${line} ${option}`].map((typed) => jobTyped(typed, true)));
		expect(await pixelsOf(having)).toEqual(await pixelsOf(without));
		// Where the line itself has an idle option, that one is told first.
		const name = line.includes('--method blur --sampler') ? 'sampler' : option.slice(2).split(' ')[0];
		await expect(jobTyped(`${line} ${option}`)).rejects.toThrow(
			`${name} would change nothing: it counts only with ${company}.`,
		);
	});
});

test.each([
	['generate sky --guidance 3', '--negative stripes'],
	['denoise a.png sky --guidance 3', '--negative stripes'],
	['denoise a.png sky --method blur', '--sigma 2'],
	['denoise a.png sky --method compare', '--steps 7'],
	['mnist sample 3', '--guidance 7'],
])('%s %s changes the picture, and is taken', async (line, option) => {
	const [without, having] = await Promise.all([line, `${line} ${option}`].map((typed) => jobTyped(typed)));
	expect(await pixelsOf(having)).not.toEqual(await pixelsOf(without));
});

test('what is given as it is anyway is taken', async () => {
	await expect(jobTyped('denoise a.png --method blur --guidance 1 --sampler course')).resolves.toBeDefined();
});

test('every rule is of an option that its command has, and is tried above', () => {
	for (const [name, rules] of Object.entries(IDLE_OPTIONS)) {
		const { options } = commands.find((command) => command.name === name)!;
		for (const option of Object.keys(rules)) expect(Object.keys(options)).toContain(option);
		const tried = IDLE.filter(([line]) => line.startsWith(name)).map(([, option]) => option.slice(2).split(' ')[0]);
		expect([...Object.keys(rules)].filter((option) => option !== 'model')).toSatisfy((options: string[]) =>
			options.every((option) => tried.includes(option)),
		);
	}
});
