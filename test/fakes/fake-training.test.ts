import { expect, it } from 'vitest';
import { planTraining } from '../../gpu/jobs/index.ts';
import type { TrainingEvent } from '../../gpu/queue/training-runner.ts';
import { FakeTraining } from './fake-training.ts';

it('reports on a training like the real runner', async () => {
	const training = new FakeTraining();
	const events: TrainingEvent[] = [];
	training.onEvent((event) => events.push(event));
	const plan = planTraining({ model: 'class', preset: 'course', seed: 1, batchSize: 1000, epochs: 1 });
	const { id } = await training.start({ plan, preset: 'course', who: 'Ann' });
	await expect(training.start({ plan, who: 'Bob' })).rejects.toThrow('running already');
	training.advance(59);
	training.advance(1);
	training.end({ type: 'done' });
	expect(events.map(({ type }) => type)).toEqual(['started', 'progress', 'checkpoint', 'progress', 'done']);
	expect(await training.losses(id)).toHaveLength(60);
	expect(await training.runs()).toMatchObject([{ id, epochs: [1], status: { state: 'done', step: 60 } }]);
	await training.remove(id);
	expect(await training.runs()).toEqual([]);
});
