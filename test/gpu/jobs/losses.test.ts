import { expect, test } from 'vitest';
import { thinLosses } from '../../../gpu/jobs/losses.ts';

const falling = (length: number) => Array.from({ length }, (_, i) => ({ step: i + 1, loss: length - i }));

test('losses are thinned to means of groups of neighbours of about equal size, up to the last', () => {
	expect(thinLosses(falling(7), 3)).toEqual([
		{ step: 1.5, loss: 6.5 },
		{ step: 3.5, loss: 4.5 },
		{ step: 6, loss: 2 },
	]);
	// One more than fills groups of 10, but the last group has more than that one.
	expect(thinLosses(falling(801), 80).at(-1)).toEqual({ step: 796, loss: 6 });
});

test('few losses are kept, and no losses give none', () => {
	expect(thinLosses(falling(3), 80)).toEqual(falling(3));
	expect(thinLosses([], 80)).toEqual([]);
});
