/** Part B of the page, from the shipped networks and from own trainings. */
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadRecordings } from '../../../commands/course/recorded.ts';
import { COURSE_TRAININGS } from '../../../commands/course/trainings.ts';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { shippedEpochs } from '../../../commands/mnist/shipped.ts';
import { type DigitModel, EDITION_MODELS, planTraining } from '../../../gpu/jobs/index.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';
import { madeJobs as jobsMade, openRoughCourse } from './open-course.ts';

const PART_B = 'b1.2,b1.2.1,b1.2.2,b2.2,b2.3,b2.4,b2.5,b3';

let made: MadeDesk;

beforeEach(async () => {
	made = await makeDesk();
	made.runner.stepMs = 0;
});
afterEach(() => made.close());

const course = (options: RawOptions) => openRoughCourse(made, options);
const madeJobs = () => jobsMade(made);

test('the page makes Part B with the shipped digit networks', async () => {
	const [recorded, shipped] = await Promise.all([loadRecordings(), shippedEpochs()]);
	const { html } = await course({ figures: PART_B });
	expect(madeJobs()).toMatchObject([
		{ kind: 'digit-noise', sigmas: [0, 0.2, 0.4, 0.5, 0.6, 0.8, 1], seed: 150 },
		{ kind: 'digit-denoise', sources: { length: 10 }, sigmas: [0.5] },
		{ kind: 'digit-denoise', sigmas: { length: 7 } },
		{ kind: 'digits', model: 'time', count: 4, frames: true },
		{ kind: 'digits', model: 'class', count: 4, guidanceScale: 5, digits: { length: 10 } },
		{ kind: 'digit-anagram', digit: 6, turned: 9 },
	]);
	for (const job of madeJobs()) expect(job).not.toHaveProperty('run');
	expect(html).toContain('<code>/mnist sample --count 4 --guidance 5 --animate --seed 150</code>');
	for (const model of EDITION_MODELS[2024]) {
		expect(html).toContain(`<code>/mnist status --run ${model}</code>`);
		expect(html).toContain(
			`alt="A chart of the training loss over the steps, on a logarithmic scale. ${model} (the bot`,
		);
		const shown = [...(recorded[model]?.sheets ?? []).map(({ epoch }) => epoch), ...(shipped[model] ?? [])];
		const isWhole = COURSE_TRAININGS[model].epochs.every((epoch) => shown.includes(epoch));
		expect(html?.includes(`train one (/mnist train ${model} --preset course), and this page uses it`)).toBe(!isWhole);
		// Both the early epochs and every step of the losses.
		const { losses, sheets = [] } = recorded[model] ?? {};
		expect(losses?.alt).toMatch(/every step/);
		for (const { alt } of [losses!, ...sheets]) expect(html?.split(`alt="${alt}"`)).toHaveLength(2);
	}
	const pictures = [...(html ?? '').matchAll(/<img src="data:image\/webp;base64,([^"]+)/g)];
	const frames = await Promise.all(
		pictures.map(async ([, data]) => (await sharp(Buffer.from(data, 'base64')).metadata()).pages ?? 1),
	);
	expect(frames.filter((count) => count > 1)).toHaveLength(2); // the films of b2.3 and b2.5
	expect(html).not.toContain('class="failure"');
});

describe('Part B with own trainings', () => {
	/** Adds a run of `epochs` epochs, with batches of a thousand digits. */
	async function trained(model: DigitModel, epochs: number, steps = 60 * epochs) {
		const plan = planTraining({ model, preset: 'course', seed: 7, batchSize: 1000, epochs });
		const { id } = await made.training.start({ plan, who: 'Tess' });
		made.training.advance(steps);
		made.training.end({ type: 'done' });
		return id;
	}

	test('uses the newest run that has the epochs of the assignment, and says so', async () => {
		const [denoiser, old, time] = [await trained('denoiser', 5), await trained('time', 20), await trained('time', 20)];
		await trained('class', 19);
		const { html } = await course({ figures: PART_B });
		expect(old).not.toBe(time);
		expect(madeJobs()).toMatchObject([
			{ kind: 'digit-noise' },
			{ kind: 'digit-denoise', sources: { length: 10 }, sigmas: [0.5], run: denoiser, epoch: 1 },
			{ kind: 'digit-denoise', sources: { length: 10 }, sigmas: [0.5], run: denoiser, epoch: 5 },
			{ kind: 'digit-denoise', sigmas: { length: 7 }, run: denoiser, epoch: 5 },
			...[1, 5, 10, 15, 20].map((epoch) => {
				return { kind: 'digits', model: 'time', count: 4, run: time, epoch, frames: epoch === 20 };
			}),
			{ kind: 'digits', model: 'class', count: 4 },
			{ kind: 'digit-anagram' },
		]);
		for (const job of madeJobs().slice(-2)) expect(job).not.toHaveProperty('run');
		expect(html).toContain(`the trainings ${denoiser}, ${time}, otherwise its own digit networks, and the seed 150`);
		expect(html).toContain(`<code>/mnist status --run ${time}</code>`);
		expect(html).toContain(`The training ${time} is time, hidden size 64, batch 1000 (course: 128), 20 epochs`);
		expect(html).not.toContain('class="failure"');
	});

	test('uses the named run with the epochs that it has, or none', async () => {
		await trained('time', 20);
		const short = await trained('time', 7);
		await course({ figures: 'b2.3', run: 'latest' });
		expect(madeJobs()).toMatchObject([1, 5, 7].map((epoch) => ({ run: short, epoch, frames: epoch === 7 })));
		made.runner.submitted.length = 0;
		await course({ figures: 'b2.3', run: 'none' });
		expect(madeJobs()).toHaveLength(1);
		expect(madeJobs()[0]).not.toHaveProperty('run');
	});

	test.each([
		['time-9', /^There is no training run "time-9"/],
		['latest,time-1', /^Both time-2 and time-1 are trainings of time; name one of them\.$/],
		['class-3', /^The run class-3 has not finished an epoch yet; name another one\.$/],
	])('--run %s is rejected in one sentence', async (run, sentence) => {
		await trained('time', 1);
		await trained('time', 1);
		if (run === 'class-3') await trained('class', 1, 30);
		expect((await course({ figures: 'b2.3', run })).view).toMatchObject({
			state: 'failed',
			text: expect.stringMatching(sentence),
		});
	});
});
