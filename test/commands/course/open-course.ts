/** Opens /course at a desk with a fake runner, for tests of the page. */
import sharp, { type Sharp } from 'sharp';
import { vi } from 'vitest';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { type Job, seedOf } from '../../../gpu/jobs/index.ts';
import type { MessageView } from '../../../src/desk/view.ts';
import type { MadeDesk } from '../../fakes/make-desk.ts';
import { withoutBreaks } from './page-text.ts';

export const STAFF = { id: 'test:tess', name: 'Tess', staff: true };

/** @param shown receives every view of the request's message */
export async function openCourse({ desk }: Pick<MadeDesk, 'desk'>, options: RawOptions, shown: MessageView[] = []) {
	const { view } = await desk.open({ command: 'course', options, user: STAFF }, (state) => shown.push(state));
	const [page] = view.attachments ?? [];
	return { view, page, html: page && withoutBreaks(new TextDecoder().decode(page.bytes)) };
}

/** Like openCourse, but the pictures in the page are rough, which takes a tenth of the time. */
export async function openRoughCourse(...given: Parameters<typeof openCourse>) {
	const { webp } = sharp.prototype;
	const spy = vi.spyOn(sharp.prototype, 'webp').mockImplementation(function (this: Sharp) {
		return webp.call(this, { quality: 1, effort: 0 });
	});
	try {
		return await openCourse(...given);
	} finally {
		spy.mockRestore();
	}
}

/** The typed lines of a page, without their slashes. */
export const linesOf = (html = '') =>
	[...html.matchAll(/<code>\/(.*?)<\/code>/g)].map(([, line]) => line.replaceAll('&quot;', '"'));

/** The submitted jobs, without those that only measure the pace. */
export const madeJobs = ({ runner }: Pick<MadeDesk, 'runner'>): Job[] =>
	runner.submitted.map(({ job }) => job).filter((job) => seedOf(job) !== 0);
