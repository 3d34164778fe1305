/** The page of edition 2025: without weights, with shipped weights, and with own trainings. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { courseFigures, type FigureChoice } from '../../../commands/course/figures.ts';
import { loadRecordings } from '../../../commands/course/recorded.ts';
import { EDITION_TRAININGS, trainingLine, trainingOf } from '../../../commands/course/trainings.ts';
import { commands } from '../../../commands/index.ts';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { requestLine } from '../../../commands/lib/request-line.ts';
import { FLOW_EPOCHS, planTraining, seedOf, type TrainingChoice, type TrainingPlan } from '../../../gpu/jobs/index.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';
import { jobTyped, runTyped } from '../typed.ts';
import { madeJobs as jobsMade, openRoughCourse } from './open-course.ts';

const PART_B = 'b1.2,b1.2.1,b1.2.2,b1.2.3,b2.2,b2.3,b2.5,b2.6,b2.6b,b3';
const FLOWS = { 'flow-time': FLOW_EPOCHS, 'flow-class': FLOW_EPOCHS };

const partB = (choice: FigureChoice = {}) =>
	courseFigures({ edition: 2025, ...choice }).filter(({ id }) => id.startsWith('b'));

const figure = (id: string, choice: FigureChoice = {}) => partB(choice).find((each) => each.id === id)!;

const requestsOf = (id: string, choice: FigureChoice = {}) =>
	figure(id, choice).rows.flatMap(({ requests }) => requests);

const linesOf = (id: string, choice: FigureChoice) =>
	requestsOf(id, choice).map(({ command, options }) => requestLine(commands, command, options).slice(1));

/** The training that `line`, "/mnist train …", would start. */
async function planTyped(line: string): Promise<TrainingPlan> {
	let planned: TrainingPlan | undefined;
	const known = new Error('the plan is known');
	const start = ({ plan }: { readonly plan: TrainingPlan }) => {
		planned = plan;
		return Promise.reject(known);
	};
	await expect(runTyped(line.slice(1), () => Promise.reject(known), undefined, { start })).rejects.toBe(known);
	return planned!;
}

test('the page has every deliverable of Part B', () => {
	expect(partB().map(({ id }) => id)).toEqual(PART_B.split(','));
});

describe('without weights', () => {
	test.each([
		['b1.2.3', 'pure-noise'],
		['b2.2', 'flow-time'],
		['b2.3', 'flow-time'],
		['b2.5', 'flow-class'],
		['b2.6', 'flow-class'],
		['b2.6b', 'no-schedule'],
		['b3', 'flow-class'],
	] as const)('%s says which line trains %s', (id, name) => {
		const line = trainingLine(name, 2025);
		expect(figure(id).rows[0]).toEqual({
			requests: [],
			missing: expect.stringMatching(
				/^This copy comes without weights of [a-z -]+: .* trains one, and \/course --edition 2025 --run ID then shows it\.$/,
			),
		});
		expect(figure(id).rows[0].missing).toContain(`: ${line} trains`);
		expect(requestsOf(id)).toHaveLength(id === 'b1.2.3' ? 1 : 0);
	});

	test.each(EDITION_TRAININGS[2025])('that line trains %s with the edition’s parameters', async (name) => {
		const plan = await planTyped(trainingLine(name, 2025));
		expect(trainingOf(plan, 2025)).toBe(name);
		const isFlow = name !== 'denoiser' && name !== 'pure-noise';
		expect(plan).toMatchObject(
			isFlow ? { hidden: 64, batchSize: 64, epochs: 10 } : { hidden: 128, batchSize: 256, epochs: 5 },
		);
		if (name === 'no-schedule') expect(plan).toMatchObject({ decay: 'constant', learningRate: 1e-3 });
	});

	test('the line for the wider network is valid', async () => {
		const [line] = /\/mnist train flow-time \S+ \S+ .*?(?= trains)/.exec(figure('b3').look)!;
		expect(await planTyped(line)).toMatchObject({ model: 'flow-time', hidden: 96, epochs: 20, learningRate: 1e-2 });
	});

	test('b1.2.3 shows recorded sheets and losses', async () => {
		const recorded = await loadRecordings();
		const [{ note, recorded: shown }] = figure('b1.2.3', { recorded }).rows;
		expect(note).toContain(trainingLine('pure-noise', 2025));
		expect(shown?.losses?.filename).toBe('pure-noise-losses.webp');
		expect(shown?.sheets.map(({ epoch }) => epoch)).toEqual([1, 5]);
		expect(requestsOf('b1.2.3', { recorded })).toHaveLength(1);
	});

	test('b1.2.3 still denoises pure noise with the denoiser of 1.2.1', () => {
		expect(requestsOf('b1.2.3')).toEqual([{ command: 'mnist denoise', options: { input: 'noise' } }]);
	});
});

describe('with shipped weights', () => {
	const shipped = FLOWS;

	test('samples take 50 Euler steps after epochs 1, 5 and 10, animated after the last', async () => {
		for (const [id, model] of [
			['b2.3', 'flow-time'],
			['b2.6', 'flow-class'],
		] as const) {
			const jobs = await Promise.all(linesOf(id, { shipped }).map((line) => jobTyped(line)));
			const flow = { sampler: 'euler', steps: 50 };
			expect(jobs).toMatchObject(
				FLOW_EPOCHS.map((epoch) => ({ kind: 'digits', model, epoch, flow, count: 4, frames: epoch === 10 })),
			);
			expect(figure(id, { shipped }).text).toContain('comes with the bot, after its epochs 1, 5 and 10.');
		}
		expect(await jobTyped(linesOf('b2.6', { shipped })[0])).toMatchObject({ guidanceScale: 5 });
	});

	test('a figure with missing epochs says how to get them', () => {
		const { text, rows } = figure('b2.3', { shipped: { 'flow-time': [10] } });
		expect(rows).toHaveLength(1);
		expect(text).toContain('To see samples after the epochs 1 and 5, train one (/mnist train flow-time --preset');
	});

	test('the bells and whistles show few steps, an edited digit, and an anagram', async () => {
		const jobs = await Promise.all(linesOf('b3', { shipped }).map((line) => jobTyped(line)));
		expect(jobs).toMatchObject([
			...[1, 2, 5].map((steps) => ({ kind: 'digits', guidanceScale: 1, flow: { sampler: 'euler', steps } })),
			{ kind: 'digit-edit', times: [0.2, 0.4, 0.6, 0.8], told: 3 },
			{ kind: 'digit-anagram', digit: 6, turned: 9 },
		]);
		for (const job of jobs) expect(job).toMatchObject({ model: 'flow-class' });
	});

	test('the training without the schedule is recorded, with its losses beside the others', async () => {
		const recorded = await loadRecordings();
		const [{ note, recorded: shown }, ...others] = figure('b2.6b', { shipped, recorded }).rows;
		expect(others).toEqual([]);
		expect(note).toContain(trainingLine('no-schedule', 2025));
		expect(shown?.losses?.filename).toBe('no-schedule-losses.webp');
		expect(shown?.sheets.map(({ epoch }) => epoch)).toEqual(FLOW_EPOCHS);
	});
});

describe('with own trainings', () => {
	let made: MadeDesk;

	beforeEach(async () => {
		made = await makeDesk();
		made.runner.stepMs = 0;
	});
	afterEach(() => made.close());

	/** Adds a run of `epochs` epochs, with batches of a thousand digits. */
	async function trained(choice: Partial<TrainingChoice> & Pick<TrainingChoice, 'model'>, epochs: number) {
		const plan = planTraining({ preset: 'course-2025', seed: 7, batchSize: 1000, epochs, ...choice });
		const { id } = await made.training.start({ plan, who: 'Tess' });
		made.training.advance(60 * epochs);
		made.training.end({ type: 'done' });
		return id;
	}

	const course = (options: RawOptions) => openRoughCourse(made, { edition: '2025', ...options });
	const madeJobs = () => jobsMade(made);

	test('makes every figure from them', async () => {
		const denoiser = await trained({ model: 'denoiser' }, 5);
		const noise = await trained({ model: 'denoiser', input: 'noise' }, 5);
		const time = await trained({ model: 'flow-time' }, 10);
		const told = await trained({ model: 'flow-class' }, 10);
		const constant = await trained({ model: 'flow-class', decay: 'constant' }, 10);
		const { view, html } = await course({ figures: PART_B });
		expect(view.text).toBe('10 figures with the model fake-if and the seed 150.');
		const sampled = (run: string) =>
			FLOW_EPOCHS.map((epoch) => ({ kind: 'digits', run, epoch, count: 4, frames: epoch === 10 }));
		expect(madeJobs()).toMatchObject([
			{ kind: 'digit-noise' },
			...[1, 5].map((epoch) => ({ kind: 'digit-denoise', sigmas: [0.5], run: denoiser, epoch })),
			{ kind: 'digit-denoise', sigmas: { length: 7 }, run: denoiser, epoch: 5 },
			...[1, 5].map((epoch) => ({ kind: 'digit-mean', run: noise, epoch })),
			{ kind: 'digit-mean', run: denoiser, epoch: 5 },
			...sampled(time),
			...sampled(told),
			...sampled(constant),
			...['digits', 'digits', 'digits', 'digit-edit', 'digit-anagram'].map((kind) => ({ kind, run: told, epoch: 10 })),
		]);
		expect(made.runner.submitted.find(({ job }) => seedOf(job) === 0 && 'run' in job && job.run === time)?.job).toEqual(
			expect.objectContaining({ model: 'flow-time', flow: { sampler: 'euler', steps: 4 } }),
		);
		expect(html).toContain('<h1>Fun with diffusion models: Parts A and B, edition of 2025</h1>');
		expect(html).toContain(`<code>/mnist runs --compare ${told},${constant}</code>`);
		for (const run of [denoiser, noise, time, told]) expect(html).toContain(`<code>/mnist status --run ${run}</code>`);
		expect(html).not.toContain('class="failure"');
		expect(html).not.toContain('missing"');
		expect(html).not.toContain('undefined');
	});

	test('shows the epochs that a short run has, and what is recorded beside it', async () => {
		const short = await trained({ model: 'flow-time' }, 3);
		const { view, html } = await course({ figures: 'b2.3,b2.6b', run: short });
		expect(madeJobs()).toMatchObject([1, 3].map((epoch) => ({ run: short, epoch, frames: epoch === 3 })));
		expect(view.text).toMatch(/^2 figures with [^;]*$/);
		expect(html).toContain('<p class="note">Recorded from a smaller training by this bot.');
		expect(html).not.toContain('missing"');
	});

	test.each<[string, Partial<TrainingChoice> & Pick<TrainingChoice, 'model'>, RawOptions, string]>([
		[
			'of the other edition',
			{ model: 'class', preset: 'course' },
			{},
			'The run class-1 is a training of class, which edition 2025 has no figures of; edition 2024 has.',
		],
		[
			'of the other edition, the other way round',
			{ model: 'denoiser', input: 'noise' },
			{ edition: '2024' },
			'The run denoiser-1 is a training of a denoiser on noise alone, which edition 2024 has no figures of; edition 2025 has.',
		],
	])('a run %s is rejected in one sentence', async (_, choice, options, sentence) => {
		await trained(choice, 1);
		expect((await course({ figures: 'b1.2', run: 'latest', ...options })).view.text).toBe(sentence);
	});

	test('never uses a denoiser of pure noise in place of the other one', async () => {
		await trained({ model: 'denoiser', input: 'noise' }, 5);
		await course({ figures: 'b1.2.2', edition: '2024' });
		expect(madeJobs()).toHaveLength(1);
		expect(madeJobs()[0]).not.toHaveProperty('run');
	});

	test('takes few steps along a flow with --quick, but not in a diffusion', async () => {
		const [flow, diffusion] = [
			await trained({ model: 'flow-class' }, 1),
			await trained({ model: 'class', preset: 'course' }, 1),
		];
		const pages = [
			await course({ figures: 'b2.6,b3', quick: 'yes', run: flow }),
			await course({ figures: 'b2.5', quick: 'yes', run: diffusion, edition: '2024' }),
		];
		expect(madeJobs()).toMatchObject([
			{ run: flow, flow: { steps: 4 }, count: 2 },
			...[1, 2, 4].map((steps) => ({ kind: 'digits', run: flow, flow: { steps } })),
			{ kind: 'digit-edit', flow: { steps: 4 } },
			{ kind: 'digit-anagram', flow: { steps: 4 }, count: 2 },
			{ run: diffusion, count: 2 },
		]);
		for (const { html } of pages) expect(html).not.toContain('class="failure"');
	});

	test.each([
		['b2.4', '2025', 'b2.4 is not a figure of edition 2025; edition 2024 has it.'],
		['b2.6,b1.2,b2.6b', '2024', 'b2.6 and b2.6b are not figures of edition 2024; edition 2025 has them.'],
	])('%s is rejected in edition %s', async (figures, edition, sentence) => {
		expect((await course({ figures, edition })).view.text).toBe(sentence);
	});
});
