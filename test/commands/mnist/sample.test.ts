import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trainings } from '../../../commands/lib/command.ts';
import { COURSE_SIGMAS, UserError } from '../../../gpu/jobs/index.ts';
import type { RunSummary } from '../../../gpu/queue/training-runner.ts';
import { ann, button, expectOutcome, type OpenDesk, openDesk, pressed } from '../../src/desk/open-desk.ts';
import { jobTyped, runTyped } from '../typed.ts';

const run = (id: string, model: string) => ({ id, plan: { model } }) as RunSummary;
const training: Partial<Trainings> = { runs: async () => [run('time-2', 'time'), run('class-1', 'class')] };

describe('/mnist sample', () => {
	test('samples each digit once, or a number in several rows', async () => {
		expect(await jobTyped('mnist sample')).toEqual({
			kind: 'digits',
			model: 'class',
			seed: 77,
			guidanceScale: 5,
			frames: false,
			digits: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
			count: 1,
		});
		expect(await jobTyped('mnist sample 2026 --count 3 --guidance 0 --animate --seed 0')).toMatchObject({
			digits: [2, 0, 2, 6],
			count: 3,
			guidanceScale: 0,
			frames: true,
			seed: 0,
		});
		expect(await jobTyped('mnist sample 007')).toMatchObject({ digits: [0, 0, 7] });
		expect(await jobTyped('mnist sample --model time')).toMatchObject({ model: 'time' });
	});

	test('follows a flow in any number of steps', async () => {
		const flow = { sampler: 'euler', steps: 50 };
		expect(await jobTyped('mnist sample --model flow-class')).toMatchObject({ model: 'flow-class', flow });
		expect(await jobTyped('mnist sample --model flow-time --steps 5 --sampler heun')).toMatchObject({
			model: 'flow-time',
			flow: { sampler: 'heun', steps: 5 },
		});
		expect(await jobTyped('mnist sample --model flow-time --epoch 5')).toMatchObject({ model: 'flow-time', epoch: 5 });
		const anagram = await jobTyped('mnist anagram --model flow-class --steps 20');
		expect(anagram).toMatchObject({ kind: 'digit-anagram', model: 'flow-class', flow: { ...flow, steps: 20 } });
	});

	test('uses the network of the named run', async () => {
		const asked: unknown[] = [];
		const perform = (job: unknown) => {
			asked.push(job);
			return Promise.reject(new UserError('that is enough'));
		};
		for (const words of ['--run class-1 --epoch 2', '--run latest']) {
			await expect(runTyped(`mnist sample ${words}`, perform, undefined, training)).rejects.toThrow('that is enough');
		}
		expect(asked).toMatchObject([
			{ model: 'class', run: 'class-1', epoch: 2 },
			{ model: 'time', run: 'time-2' },
		]);
		await expect(runTyped('mnist denoise --run class-1', perform, undefined, training)).rejects.toThrow(
			/^The run class-1 trained "class"; this needs a run of "denoiser" or "flow-class" or "flow-time"\.$/,
		);
		await expect(runTyped('mnist anagram --run clas-1', perform, undefined, training)).rejects.toThrow(
			/^There is no training run "clas-1" \(did you mean "class-1"\?\)/,
		);
		await expect(runTyped('mnist sample --run class', perform, undefined, training)).rejects.toThrow(
			'"class" is one of the bot\'s own networks, not a training run; this needs the id of a run.',
		);
	});

	test.each([
		['mnist sample 20x6', /^digits must be 1 to 16 digits from 0 to 9; got "20x6"/],
		['mnist sample 01234567890123456', /^digits must be 1 to 16 digits/],
		['mnist sample 0123456789 --count 11', /^At most 100 digits are made at once: with 10 in a row, at most 10 rows/],
		['mnist sample --epoch 2', /^An epoch belongs to a training run; name the run too/],
		['mnist sample --steps 5', /^steps would have no effect: it applies only with a flow, such as model flow-class\./],
		['mnist anagram --sampler heun --steps 5', /^steps and sampler would have no effect: they apply only with a flow/],
		['mnist sample --model flow-class --steps 0', /^steps must be a whole number from 1 to 1000/],
		['mnist sample --model flow-time --guidance 2', /^guidance would have no effect: .* conditioned on the digit/],
		['mnist anagram --model flow-time', /^model must be one of class, flow-class/],
		[
			'mnist sample --model flow-class --epoch 2',
			/^The bot's own weights of flow-class are those after the epochs 1, 5, 10/,
		],
		['mnist sample --run mine', /^Nothing has been trained here yet/],
		['mnist denoise --sigma 3', /^sigma must be 1 to 9 numbers from 0 to 2/],
		['mnist denoise --sigma -1', /^sigma must be/],
		['mnist denoise --sigma a', /^sigma must be/],
		['mnist noise four.png --digit 4', /^Give either a picture or test digits, not both/],
		['mnist noise --digit x', /^digit must be 1 to 10 digits/],
		['mnist anagram 6 10', /^turned must be a whole number from 0 to 9/],
	])('%s is rejected in one sentence', async (line, sentence) => {
		await expect(jobTyped(line)).rejects.toBeInstanceOf(UserError);
		await expect(jobTyped(line)).rejects.toThrow(sentence);
	});
});

describe('/mnist noise and denoise', () => {
	test('take test digits, different ones if a digit is repeated, or a picture', async () => {
		expect(await jobTyped('mnist denoise')).toEqual({
			kind: 'digit-denoise',
			model: 'denoiser',
			seed: 77,
			sources: [{ from: 'test', digit: 7, nth: 0 }],
			sigmas: [0.5],
		});
		expect(await jobTyped('mnist noise --digit 4,7,4')).toMatchObject({
			kind: 'digit-noise',
			sources: [
				{ digit: 4, nth: 0 },
				{ digit: 7, nth: 0 },
				{ digit: 4, nth: 1 },
			],
			sigmas: [0, 0.2, 0.4, 0.5, 0.6, 0.8, 1],
		});
		expect(await jobTyped('mnist denoise four.png --sigma 0.2,.8,0.2')).toMatchObject({
			sources: [{ from: 'image', image: 'a'.repeat(64) }],
			sigmas: [0.2, 0.8],
		});
	});
});

describe('/mnist denoise along a flow, and from pure noise', () => {
	test('makes a job for a flow from several times, or for a mean', async () => {
		expect(await jobTyped('mnist denoise --model flow-class --t 0.3,.6 --as 3 --steps 8 --digit 4')).toEqual({
			kind: 'digit-edit',
			model: 'flow-class',
			seed: 77,
			sources: [{ from: 'test', digit: 4, nth: 0 }],
			times: [0.3, 0.6],
			flow: { sampler: 'euler', steps: 8 },
			told: 3,
			guidanceScale: 5,
		});
		expect(await jobTyped('mnist denoise --model flow-time')).toMatchObject({ times: [0.2, 0.4, 0.6, 0.8] });
		expect(await jobTyped('mnist denoise --input noise')).toEqual({
			kind: 'digit-mean',
			model: 'denoiser',
			seed: 77,
			count: 4,
		});
	});

	test.each([
		['--model flow-time --t 1', /^t must be 1 to 9 numbers from 0 to below 1, for example 0\.5/],
		['--t 0.5', /^t would have no effect: it applies only with a flow/],
		['--model flow-time --as 3', /^as would have no effect: it applies only with a network conditioned on the digit/],
		['--model flow-class --sigma 0.2', /^sigma would have no effect: it applies only with model denoiser/],
		[
			'--model flow-class --guidance 2',
			/^guidance would have no effect: it applies only with as, with model flow-class/,
		],
		['--model flow-class --input noise', /^input would have no effect: it applies only with model denoiser/],
		['--input noise --digit 3', /^digit would have no effect: it applies only with input digit/],
		['--run time-2', /^The run time-2 trained "time"; this needs a run of "denoiser" or "flow-class" or "flow-time"/],
		['--run flow-time-1 --sigma 0.2', /^sigma would have no effect: it applies only with model denoiser/],
		['--run flow-time-1 --as 2', /^as would have no effect: it applies only with a network conditioned on the digit/],
		['--run denoiser-1 --t 0.2', /^t would have no effect: it applies only with a flow/],
	])('%s is rejected in one sentence', async (words, sentence) => {
		const named = ['time', 'denoiser', 'flow-time'].map((model) => run(`${model}-${model === 'time' ? 2 : 1}`, model));
		const never = () => Promise.reject(new Error('was performed'));
		const refused = runTyped(`mnist denoise ${words}`, never, undefined, { runs: async () => named });
		await expect(refused).rejects.toBeInstanceOf(UserError);
		await expect(refused).rejects.toThrow(sentence);
	});
});

describe('the reply', () => {
	let desk: OpenDesk;
	beforeAll(async () => {
		desk = await openDesk();
		desk.runner.stepMs = 0;
	});
	afterAll(() => desk.close());

	test('has samples as a sheet and an animation, and each digit as an original', async () => {
		const { outcome } = desk.ask('mnist sample', { digits: '26', count: 2, seed: 5 });
		const { view, originals } = await outcome;
		expect(view.text).toBe(
			"26 in 2 rows: seed 5, guidance 5, the bot's own weights of class. The judge is 90 % sure of them on average.",
		);
		expect(view.figures).toMatchObject([{ filename: 'mnist-26-5.png', type: 'image/png' }]);
		expect(view.figures[0].alt).toMatch(
			/Handwritten digits that a network made: 26 in 2 rows.*90 % sure of them on average\. seed 5/,
		);
		const singles = await originals!();
		expect(singles.map(({ filename }) => filename)).toEqual([1, 2, 3, 4].map((n) => `mnist-26-5-${n}.png`));
		expect(singles[3].alt).toMatch(/a handwritten 6, number 4 of 4. seed 8,/);

		const pressed = expectOutcome(await desk.desk.press(button(view, 'Animate'), ann), 'request');
		const moving = await pressed.open(() => {});
		expect(moving.figures.map(({ filename }) => filename)).toEqual(['mnist-26-5.png', 'mnist-26-5.gif']);
		expect(moving.figures[1]).toMatchObject({ type: 'image/gif' });
	});

	test('gives the sampler and steps of a flow', async () => {
		const view = await desk.answer('mnist sample', { digits: '26', seed: 5, model: 'flow-class', steps: 8 });
		expect(view.text).toMatch(
			/^26: seed 5, guidance 5, euler, 8 steps, the bot's own weights of flow-class\. The judge is 90 % sure/,
		);
		const untold = await desk.answer('mnist sample', { digits: '26', seed: 5, model: 'flow-time' });
		expect(untold.text).toMatch(/^2 digits: seed 5, euler, 50 steps, .* The network flow-time cannot be told which/);
	});

	test('shows a single digit large', async () => {
		const view = await desk.answer('mnist sample', { digits: '7', seed: 5 });
		expect(view.figures).toMatchObject([{ filename: 'mnist-7-5.png', width: 256 }]);
	});

	test('shows denoised digits below the noisy ones, with noise and PSNR', async () => {
		const { outcome } = desk.ask('mnist denoise', { digit: '72', sigma: '0.5,1', seed: 5 });
		const { view, originals } = await outcome;
		expect(view.text).toBe(
			"2 test digits under noise of σ = 0.5, 1, and denoised in one step: seed 5, the bot's own weights of denoiser.",
		);
		expect(view.figures[0].alt).toMatch(
			/Row 1: noisy, σ 0\.5, 10\.0 dB; noisy, σ 1, .*; original\. Row 2: denoised, σ 0\.5, 10\.0 dB; denoised, σ 1.*Row 4/,
		);
		expect((await originals!()).map(({ filename }) => filename)).toEqual([
			'mnist-denoise-5-7-1-sigma-0.5.png',
			'mnist-denoise-5-7-1-sigma-1.png',
			'mnist-denoise-5-2-2-sigma-0.5.png',
			'mnist-denoise-5-2-2-sigma-1.png',
		]);
		expect(view.buttons.map(({ label }) => label)).toEqual(expect.arrayContaining(['7, σ 0.5', '2, σ 1']));
	});

	test('breaks a row of many levels for phones, unless the sheet would be taller than wide', async () => {
		const noise = await desk.answer('mnist noise', { digit: '7', seed: 5 });
		expect(noise.figures[0].alt).toMatch(/Row 1: σ 0, .*; σ 0\.5, .* dB\. Row 2: σ 0\.6, .*; original\. seed/);
		const seven = { sigma: COURSE_SIGMAS.join(), seed: 5 };
		const denoised = await desk.answer('mnist denoise', { digit: '7', ...seven });
		expect(denoised.figures[0].alt).toMatch(/Row 3: noisy, σ 0\.6, .*; original\. Row 4: denoised, σ 0\.6, /);
		const both = await desk.answer('mnist denoise', { digit: '77', ...seven });
		expect(both.figures[0].alt).toMatch(/Row 3: noisy, σ 0, .*; original\. Row 4: denoised, σ 0, [^R]*$/);
		expect(both.buttons.map(({ label }) => label)).toContain('7 (2), σ 0.5');
	});

	test('gives the noise in the title instead of the captions if all have the same', async () => {
		const view = await desk.answer('mnist denoise', { digit: '72', sigma: '0.5', seed: 5 });
		expect(view.figures[0].alt).toMatch(
			/Row 1: original; original\. Row 2: noisy, 10\.0 dB; noisy, 10\.0 dB\. Row 3: denoised, 10\.0 dB; denoised, 10\.0 dB/,
		);
		const alone = await pressed(desk.desk, button(view, '2, σ 0.5'), ann);
		expect(alone.text).toMatch(/^A 2 from the test set, denoised, σ 0\.5, 10\.0 dB: seed 5/);
	});

	test('shows a single denoised digit beside its original and noisy version', async () => {
		const view = await desk.answer('mnist denoise', { seed: 5 });
		expect(view.text).toMatch(/^A 7 from the test set under noise of σ = 0\.5, and denoised in one step: seed 5/);
		expect(view.figures[0].alt).toMatch(/original; noisy, σ 0\.5, 10\.0 dB; denoised, σ 0\.5, 10\.0 dB/);
		expect(view.buttons.map(({ label }) => label).slice(0, 2)).toEqual(['noisy', 'denoised']);
	});

	test('shows where a flow leads from each time', async () => {
		const asked = { digit: '7', model: 'flow-class', t: '0.3,0.6', as: 3, seed: 5 };
		const { outcome } = desk.ask('mnist denoise', asked);
		const { view, originals } = await outcome;
		expect(view.text).toBe(
			"A 7 from the test set under noise of t = 0.3, 0.6, and where the flow leads from there: seed 5, as 3, guidance 5, euler, 50 steps, the bot's own weights of flow-class.",
		);
		expect(view.figures[0].alt).toMatch(
			/Row 1: noisy, t 0\.3, 10\.0 dB; noisy, t 0\.6, .*; original\. Row 2: denoised, t 0\.3/,
		);
		expect((await originals!()).map(({ filename }) => filename)).toEqual([
			'mnist-denoise-5-7-1-t-0.3.png',
			'mnist-denoise-5-7-1-t-0.6.png',
		]);
	});

	test('shows denoised pure noise beside the mean of all digits', async () => {
		const view = await desk.answer('mnist denoise', { input: 'noise', seed: 5 });
		expect(view.text).toMatch(/^Pure noise denoised in one step, beside the mean .* At most 0\.020 from that mean\./);
		expect(view.figures).toMatchObject([{ filename: 'mnist-pure-noise-5-sheet.png' }]);
		expect(view.figures[0].alt).toMatch(/0\.020 from the mean; 0\.020 from the mean; .*mean of all/);
	});

	test('shows anagrams upright and upside down', async () => {
		const view = await desk.answer('mnist anagram', { count: 2, seed: 5, animate: 'yes' });
		expect(view.text).toMatch(
			/^A handwritten 6 that is a 9 upside down: seed 5, .*\. The judge is at least 90 % sure of the first, both ways\./,
		);
		expect(view.figures.map(({ filename }) => filename)).toEqual([
			'mnist-anagram-6-9-5-sheet.png',
			'mnist-anagram-6-9-5.gif',
		]);
		expect(view.figures[0].alt).toMatch(/6, upright, seed 5; 9, upside down; 6, upright, seed 6; 9, upside down/);
	});
});
