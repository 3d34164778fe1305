/** A made-up result of a toy job: points that go straight from a ring to a square. */
import type { JobOf, Points, ToyRecord } from '../../gpu/jobs/index.ts';

export function toyRecord({ points, methods, stepCounts }: JobOf<'toy'>): ToyRecord {
	const around = (radius: number): Points =>
		Array.from({ length: points }, (_, i) => [radius * Math.cos(i), radius * Math.sin(i)]).flat();
	const last = stepCounts[stepCounts.length - 1];
	return {
		data: around(2),
		leastDistance: 0.05,
		grid: [-1, -1, 1, 1],
		runs: methods.map((method, i) => ({
			method,
			fields: [0, 0.5].map((time) => ({ time, points: around(1 + time), arrows: [1, 0, 0, 4] })),
			walks: stepCounts.map((steps) => ({ steps, end: around(2 - 1 / steps), distance: 1 / steps })),
			film: [0, last].map((step) => ({ step, points: around(1 + step / last) })),
			paths: [Array.from({ length: last + 1 }, (_, step) => [1 + step / last, i]).flat()],
			detour: 10 - 9 * i,
		})),
	};
}
