import { expect, test } from 'vitest';
import { type Attempt, obstruct } from '../../../../gpu/queue/broker/attempt.ts';
import type { FromTrainingProcess } from '../../../../gpu/queue/training-protocol.ts';
import { holding } from '../../../../gpu/queue/training-runner.ts';

test('what keeps a training is told once, and in place of what kept it before', () => {
	let held: readonly string[] = [];
	let times = 0;
	const hear = (said: FromTrainingProcess) => {
		times++;
		if (said.type === 'warning') held = holding(held, said);
	};
	const attempt = { hear } as Attempt;
	for (const obstacle of ['No worker is ready.', undefined, 'No worker is ready.']) obstruct(attempt, obstacle);
	expect(held).toEqual(['No worker is ready.']);
	obstruct(attempt, 'The broker is out of memory.');
	expect(held).toEqual(['The broker is out of memory.']);
	expect(times).toBe(2);
});
