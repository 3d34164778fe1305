import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { courseFigures } from '../../../commands/course/figures.ts';
import { COURSE_VALUES } from '../../../commands/lib/course-values.ts';
import { type Job, seedOf } from '../../../gpu/jobs/index.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';
import { jobTyped } from '../typed.ts';
import { linesOf, madeJobs, type openCourse, openRoughCourse } from './open-course.ts';

describe('the whole page', () => {
	let made: MadeDesk;
	let opened: Awaited<ReturnType<typeof openCourse>>;
	beforeAll(async () => {
		made = await makeDesk();
		made.runner.stepMs = 0;
		opened = await openRoughCourse(made, {});
	});
	afterAll(() => made.close());

	test('contains every figure with its line, and is self-contained', () => {
		const { view, page, html } = opened;
		expect(view).toMatchObject({ state: 'done', text: '23 figures with the model fake-if and the seed 150.' });
		expect(page).toMatchObject({ type: 'text/html', filename: 'course.html' });
		for (const { id, title } of courseFigures()) expect(html).toContain(`<h2><b>${id}</b>${title}</h2>`);
		expect(html).toContain('<code>/noise tower.png --t 250,500,750 --fit squash --seed 150 --model fake-if</code>');
		expect(html).not.toMatch(/src="(?!data:image\/)/);
		expect(html).not.toMatch(/href="(?!#|data:application\/octet-stream;base64,|https:\/\/(arxiv|doi)\.org\/)/);
		expect(html).not.toContain('undefined');
		expect(
			html?.match(/<img src="data:image\/webp;base64,[^"]{100,}" width="\d+" height="\d+" alt="[^"]+">/g)?.length,
		).toBe(html?.match(/<img/g)?.length);
	});

	test('uses the course’s test picture, levels, starts, prompts and seed', () => {
		const jobs = madeJobs(made);
		const of = (kind: Job['kind']) => jobs.filter((job) => job.kind === kind);
		expect(new Set(jobs.map(seedOf))).toEqual(new Set([150]));
		expect(of('noise')).toMatchObject([{ levels: [250, 500, 750] }]);
		expect(of('denoise')).toMatchObject([{ method: 'blur' }, { method: 'one-step' }, { method: 'compare', start: 10 }]);
		expect(of('edit')).toHaveLength(9);
		for (const job of of('edit')) expect(job).toMatchObject({ starts: [1, 3, 5, 7, 10, 20] });
		for (const job of ['edit', 'inpaint', 'anagram', 'hybrid'].flatMap((kind) => of(kind as Job['kind']))) {
			expect(job).toMatchObject({ guidanceScale: 7, sampler: 'course' });
		}
		for (const kind of ['noise', 'denoise', 'edit', 'inpaint'] as const) {
			for (const job of of(kind)) expect(job).toMatchObject({ fit: 'squash' });
		}
		expect(of('inpaint')).toHaveLength(3);
		for (const job of of('inpaint')) expect(job).not.toHaveProperty('whole');
		expect(of('anagram')[0]).toMatchObject({
			prompts: ['an oil painting of an old man', 'an oil painting of people around a campfire'],
			views: ['flip'],
			tries: 16,
		});
		expect(of('hybrid')[0]).toMatchObject({ prompts: ['a lithograph of a skull', 'a lithograph of waterfalls'] });
		const five = of('generate').filter((job) => job.kind === 'generate' && job.count === 5);
		expect(five).toMatchObject([
			{ guidanceScale: 1, sampler: 'course' },
			{ guidanceScale: 7, sampler: 'course' },
		]);
		expect(of('generate').slice(0, 2)).toMatchObject(
			[20, 30].map((steps) => ({ steps, sampler: 'ddpm', guidanceScale: 7 })),
		);
	});

	test('has lines that make the same jobs in any channel, including one with the course’s settings', async () => {
		// With another guidance than the course's, to get all rows.
		const usable = FAKE_MODELS.map((model) => ({ ...model, guidanceScale: 4 }));
		const other = await makeDesk();
		other.runner.stepMs = 0;
		other.runner.usable = usable;
		const { html } = await openRoughCourse(other, {});
		const lines = linesOf(html).filter((line) => !/^mnist (status|train)/.test(line));
		// Uploads differ in content, and what figures share is made once.
		const known = (jobs: Job[]) => new Set(jobs.map((job) => JSON.stringify({ ...job, image: undefined })));
		const asked = known(madeJobs(other));
		for (const settings of [{}, COURSE_VALUES]) {
			const typed = await Promise.all(lines.map((line) => jobTyped(line, { settings, usable })));
			expect(known(typed)).toEqual(asked);
		}
		expect(lines.length).toBeGreaterThan(40);
		await other.close();
	});
});
