import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeDuration } from '../../commands/lib/duration.ts';
import type { RawOptions } from '../../commands/lib/options.ts';
import type { Job } from '../../gpu/jobs/index.ts';
import { buttonId } from '../../src/desk/buttons.ts';
import type { Desk } from '../../src/desk/desk.ts';
import type { MessageView } from '../../src/desk/view.ts';
import { PromptFileStore } from '../../src/store/prompt-files.ts';
import { bands, FAKE_MODELS } from '../fakes/fake-runner.ts';
import { type MadeDesk, makeDesk } from '../fakes/make-desk.ts';
import { madeJobs as jobsMade, linesOf, openCourse, openRoughCourse, STAFF as staff } from './course/open-course.ts';

let made: MadeDesk;
let runner: MadeDesk['runner'];
let desk: Desk;

beforeEach(async () => {
	made = await makeDesk();
	({ runner, desk } = made);
	runner.stepMs = 0;
});
afterEach(() => made.close());

const course = (options: RawOptions, shown?: MessageView[]) => openRoughCourse({ desk }, options, shown);

/** Cancels the request as soon as its message begins with `beginning`. */
async function cancelledAt(beginning: string, options: Record<string, string>): Promise<MessageView> {
	const cancel = ({ text, requestId }: MessageView) => {
		if (text.startsWith(beginning)) void desk.press(buttonId('cancel', requestId), staff);
	};
	return (await desk.open({ command: 'course', options, user: staff }, cancel)).view;
}

const madeJobs = () => jobsMade(made);

describe('the page', () => {
	test('embeds the files that its lines name', async () => {
		const { html } = await course({ figures: '0b,1.1' });
		const files = new Map(
			[...html!.matchAll(/href="data:application\/octet-stream;base64,([^"]+)" download="([^"]+)">/g)].map(
				([, bytes, name]) => [name, Buffer.from(bytes, 'base64')],
			),
		);
		expect([...files.keys()]).toEqual(['generate-150.png', 'generate-150-3.png', 'generate-150-5.png', 'tower.png']);
		for (const name of files.keys()) expect(html).toMatch(new RegExp(`<code>/(upscale|noise) ${name} `));
		expect(files.get('tower.png')).toEqual(await readFile(new URL('../../assets/examples/tower.png', import.meta.url)));
		const small = await sharp(files.get('generate-150.png')).metadata();
		expect(small.width).toBe(FAKE_MODELS[0].sampleSize);
	});

	test('shows 20 and 30 steps of a prompt side by side', async () => {
		const { html } = await course({ figures: '0' });
		const rows = html!.split('<div class="row several">').slice(1).map(linesOf);
		expect(rows).toHaveLength(3);
		for (const row of rows) {
			expect(row[0]).toContain('--steps 20');
			expect(row[1]).toBe(row[0].replace('--steps 20', '--steps 30'));
		}
	});

	test('shows the illusions of figure 2 in all readings, also after stage II', async () => {
		const { html } = await course({ figures: '2' });
		const rows = html!.split(/<div class="row[^"]*">/).slice(1);
		expect(rows[0]).toContain('through the view negate');
		expect(rows[2]).toContain('in greys');
		const enlarged = rows[4].match(/alt="[^"]*four times as large[^"]*"/g);
		expect(enlarged).toHaveLength(2);
		expect(enlarged![1]).toContain('seen through the view flip');
	});

	test('adds rows with notes for a model whose own guidance differs', async () => {
		runner.usable = [{ ...FAKE_MODELS[0], guidanceScale: 4 }];
		const { html } = await course({ figures: '1.5,1.6,1.7' });
		const photo = { prompt: 'a high quality photo', sampler: 'course' };
		const dog = { prompt: 'a photo of a dog', sampler: 'course' };
		expect(madeJobs()).toMatchObject([
			{ ...photo, guidanceScale: 1 },
			{ ...dog, guidanceScale: 1 },
			{ ...photo, guidanceScale: 7 },
			// One thing at a time.
			{ ...dog, guidanceScale: 4 },
			{ ...dog, guidanceScale: 4, sampler: 'ddpm' },
			...[7, 7, 7, 4].map((guidanceScale) => ({ kind: 'edit', ...photo, guidanceScale })),
		]);
		expect(html?.match(/<p class="note">/g)).toHaveLength(4);
	});

	test('uses uploaded pictures instead of the examples', async () => {
		const blob = await made.blobs.put(await bands(9, 1));
		const { html } = await course({ figures: '1.1,1.7,1.7.1,1.7.2', photo: { blob, name: 'campus.jpg' } });
		const jobs = madeJobs() as (Job & { image: string })[];
		expect(jobs.map(({ kind }) => kind)).toEqual(['noise', ...Array(6).fill('edit'), ...Array(3).fill('inpaint')]);
		expect(jobs.map(({ image }) => image === blob)).toEqual([
			true,
			true,
			false,
			false,
			false,
			false,
			false,
			true,
			false,
			false,
		]);
		expect(jobs[7]).toMatchObject({ area: { by: 'region', region: [0.25, 0.25, 0.5, 0.5] } });
		expect(html).toContain('<code>/noise campus.jpg --t 250,500,750 --fit squash ');
		expect(html).toContain(' download="campus.jpg">');
	});

	test('upscales the picture made just before', async () => {
		await course({ figures: '0b' });
		const [sample, upscale] = madeJobs();
		expect(sample.kind).toBe('generate');
		expect(upscale).toMatchObject({ kind: 'upscale', model: 'fake-upscaler' });
		const stored = await made.results.get(JSON.stringify({ job: sample, revision: '1' }));
		expect((upscale as { image: string }).image).toBe(stored?.images[0].blob);
	});

	test('keeps the finished figures when it is cancelled, and says how many', async () => {
		const options = { figures: '1.1,1.2,1.4', quick: 'yes' };
		const early = await cancelledAt('Figure 1.1 ', options);
		expect([early.state, early.text]).toEqual(['cancelled', 'Cancelled.']);

		const late = await cancelledAt('Figure 1.4 ', options);
		expect([late.state, late.text]).toEqual([
			'cancelled',
			'Cancelled. 2 of 3 figures are finished and kept: running the same /course again makes only the rest.',
		]);
		expect(madeJobs()).toMatchObject([{ kind: 'noise' }, { kind: 'denoise', method: 'blur' }]);
		runner.submitted.length = 0;
		expect((await course(options)).view.state).toBe('done');
		expect(madeJobs()).toMatchObject([{ kind: 'denoise', method: 'compare' }]);
	});

	test('says in place of a picture why it could not be made', async () => {
		runner.models = async () => ({ usable: FAKE_MODELS.filter(({ stage }) => stage === 1), damaged: [] });
		const { view, html } = await course({ figures: '0b' });
		expect(view.text).toMatch(/; 3 pictures could not be made, the page says why\.$/);
		expect(html?.match(/<span class="failure">[^<]+<\/span>/g)).toHaveLength(3);
	});
});

describe('making the page', () => {
	test('first gives an estimate, then shows one bar for all figures', async () => {
		const said: MessageView[] = [];
		await course({ figures: '1.1,1.4' }, said);
		const running = said.filter(({ state }) => state === 'running');
		const told = running.map(({ text }) => text);
		expect(told).toContainEqual(expect.stringMatching(/^2 figures, about 1 second in all\.$/));
		expect(told).toContainEqual('Figure 1.4 (2 of 2): Iterative denoising.');
		const bar = running.filter(({ text }) => text.startsWith('Figure ')).map(({ progress }) => progress);
		const shares = bar.map((progress) => (progress ? progress.done / progress.total : Number.NaN));
		expect(shares).toEqual(shares.toSorted((a, b) => a - b));
		expect(shares[0]).toBe(0);
		expect(shares.at(-1)).toBeGreaterThan(0.5);
		expect(new Set(bar.map((progress) => progress?.total)).size).toBe(1);
	});

	test('reuses earlier pictures, also at another desk, unless the weights changed', async () => {
		const first = await course({ figures: '1.1,1.3' });
		const count = madeJobs().length;
		desk = made.again();
		const second = await course({ figures: '1.1,1.3' });
		expect(madeJobs()).toHaveLength(count);
		expect(second.html).toBe(first.html);
		runner.models = async () => ({ usable: FAKE_MODELS.map((model) => ({ ...model, revision: '2' })), damaged: [] });
		await course({ figures: '1.1,1.3' });
		expect(madeJobs()).toHaveLength(2 * count);
	});

	test('makes pictures from prompts again after a prompt file is added', async () => {
		await course({ figures: '1.1,1.3' });
		const own = { name: 'own.pth', blob: 'a'.repeat(64), width: FAKE_MODELS[0].textWidth, prompts: ['a rocket ship'] };
		new PromptFileStore(made.store.database).put(staff.id, own);
		runner.submitted.length = 0;
		for (const _ of [1, 2]) await course({ figures: '1.1,1.3' });
		expect(madeJobs()).toMatchObject([{ kind: 'denoise' }]);
	});

	test('resumes where it failed', async () => {
		await course({ figures: '1.1' });
		runner.failure = { message: 'The power went out.', fault: 'internal' };
		const stopped = await course({ figures: '1.1,1.3' });
		expect(stopped.view).toMatchObject({ state: 'failed', text: 'The power went out.' });
		runner.failure = undefined;
		runner.submitted.length = 0;
		expect((await course({ figures: '1.1,1.3' })).view.state).toBe('done');
		expect(madeJobs()).toMatchObject([{ kind: 'denoise' }]);
	});

	test('takes only a few steps with --quick', async () => {
		const { html } = await course({ quick: 'yes', figures: '0,1.4,1.8' });
		for (const job of madeJobs()) expect(job).toMatchObject({ steps: 4 });
		expect(html).toContain('quick version');
	});

	test('has only valid lines with --quick', async () => {
		const { html } = await course({ quick: 'yes', figures: '1.2,1.3,1.4' });
		expect(madeJobs()).toHaveLength(3);
		expect(html).toContain('<code>/denoise tower.png --method blur --fit squash --seed 150 --model fake-if</code>');
		expect(html).toContain('<code>/denoise tower.png --method one-step --fit squash --seed 150 --model fake-if</code>');
		expect(html).toMatch(/\/denoise tower\.png --method compare --start 1 .*--steps 4/);
		expect(html).not.toContain('would have no effect');
	});
});

test('pictures in the page lose nothing', async () => {
	const { html } = await openCourse(made, { figures: '1.1' });
	const [, picture] = /<img src="data:image\/webp;base64,([^"]+)"/.exec(html ?? '') ?? [];
	// VP8L is the lossless kind of WebP.
	expect(Buffer.from(picture, 'base64').toString('latin1', 8, 16)).toBe('WEBPVP8L');
});

test('students cannot start it', async () => {
	const { view, fault } = await desk.open({ command: 'course', options: {}, user: { ...staff, staff: false } });
	expect(view).toMatchObject({ state: 'failed', text: 'Only staff can run /course.' });
	expect(fault).toBe('user');
	expect(runner.submitted).toEqual([]);
});

test.each([
	[0.2, '1 second'],
	[45, '45 seconds'],
	[100, '2 minutes'],
	[5 * 60 * 60, '5 hours'],
])('%s seconds read “%s”', (seconds, text) => {
	expect(describeDuration(seconds)).toBe(text);
});
