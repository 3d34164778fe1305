import { expect, test } from 'vitest';
import { loadRecordings } from '../../../commands/course/recorded.ts';
import { EDITIONS, trainingOf } from '../../../commands/course/trainings.ts';
import { commands } from '../../../commands/index.ts';
import { requestLine } from '../../../commands/lib/request-line.ts';
import { describePlan } from '../../../commands/mnist/describe.ts';
import type { TrainingPlan } from '../../../gpu/jobs/index.ts';
import { runTyped } from '../typed.ts';

const recordings = Object.entries(await loadRecordings());

test('recordings exist', () => expect(recordings.length).toBeGreaterThan(0));

test.each(recordings)(
	'the recording of %s has a line that repeats its training',
	async (name, { options, about, sheets }) => {
		let planned: TrainingPlan | undefined;
		const known = new Error('the plan is known');
		const start = ({ plan }: { readonly plan: TrainingPlan }) => {
			planned = plan;
			return Promise.reject(known);
		};
		const line = requestLine(commands, 'mnist train', options).slice(1);
		await expect(runTyped(line, () => Promise.reject(known), undefined, { start })).rejects.toBe(known);
		expect(EDITIONS.map((edition) => trainingOf(planned!, edition))).toContain(name);
		expect(describePlan(planned!)).toBe(about);
		for (const { epoch, alt, width } of sheets) {
			expect(epoch).toBeLessThanOrEqual(planned!.epochs);
			expect(alt).toContain(`epoch ${epoch}`);
			expect(width).toBeGreaterThan(400);
		}
	},
);
