import { expect, test } from 'vitest';
import { DAY_MS } from '../../../src/base/every-day.ts';
import { DailyStore } from '../../../src/store/daily.ts';
import { memoryDatabase } from '../../../src/store/database.ts';

test('counts a request once for a day, by person and channel', () => {
	const daily = new DailyStore(memoryDatabase());
	daily.add('r1', 'test:ann', 'C1', 1000);
	daily.add('r1', 'test:ann', 'C1', 2000);
	daily.add('r2', 'test:ann', 'C1', 3000);
	daily.add('r3', 'test:ann', 'C2', 3000);
	daily.add('r4', 'test:bob', 'C1', 3000);
	expect(daily.of('test:ann', 'C1', 4000)).toEqual([1000, 3000]);
	expect(daily.of('test:ann', 'C1', 1000 + DAY_MS)).toEqual([3000]);
	expect(daily.has('r1')).toBe(true);
	daily.add('r5', 'test:bob', 'C1', 2000 + DAY_MS);
	expect(daily.has('r1')).toBe(false);
});
