import { describe, expect, it } from 'vitest';
import {
	DIGIT_MODELS,
	planTraining,
	stepsOfTraining,
	TRAINING_PRESETS,
	type TrainingChoice,
	trainingPlan,
	UserError,
} from '../../../gpu/jobs/index.ts';

const plan = (changes: Partial<TrainingChoice>) =>
	planTraining({ model: 'class', preset: 'course', seed: 180, ...changes });

describe('a plan', () => {
	it("is the course's by default", () => {
		expect(plan({})).toEqual({
			model: 'class',
			hidden: 64,
			batchSize: 128,
			epochs: 20,
			learningRate: 1e-3,
			decay: 'exponential',
			seed: 180,
		});
		expect(plan({ model: 'denoiser' })).toMatchObject({ hidden: 128, batchSize: 256, epochs: 5, learningRate: 1e-4 });
	});

	it.each(DIGIT_MODELS.flatMap((model) => TRAINING_PRESETS.map((preset) => ({ model, preset }))))(
		'$preset of $model is within the limits',
		(choice) => expect(trainingPlan.safeParse(plan(choice)).success).toBe(true),
	);

	it("has a preset for 2025, with the flow's network in place of the named one", () => {
		const flow = { batchSize: 64, epochs: 10, learningRate: 1e-2, decay: 'exponential', hidden: 64, seed: 180 };
		expect(plan({ preset: 'course-2025' })).toEqual({ model: 'flow-class', ...flow });
		expect(plan({ preset: 'course-2025', model: 'time' })).toEqual({ model: 'flow-time', ...flow });
		expect(plan({ model: 'flow-time' })).toEqual({ model: 'flow-time', ...flow });
		expect(plan({ preset: 'course-2025', model: 'denoiser' })).toEqual(plan({ model: 'denoiser' }));
		expect(plan({ preset: 'demo-flow' })).toMatchObject({ model: 'flow-class', hidden: 16, epochs: 3 });
	});

	it('can have pure noise as input, or a constant rate', () => {
		expect(plan({ model: 'denoiser', input: 'noise' })).toEqual({ ...plan({ model: 'denoiser' }), input: 'noise' });
		expect(plan({ model: 'flow-class', decay: 'constant' }).decay).toBe('constant');
	});

	it('can be changed', () => {
		expect(plan({ hidden: 8, batchSize: 32, epochs: 3, learningRate: 0.01 })).toMatchObject({
			hidden: 8,
			batchSize: 32,
			epochs: 3,
			learningRate: 0.01,
		});
	});

	it('ends after the given steps or epochs', () => {
		expect(stepsOfTraining(plan({}))).toBe(468 * 20);
		expect(plan({ steps: 1000 })).toMatchObject({ steps: 1000, epochs: 3 });
		expect(stepsOfTraining(plan({ steps: 1000 }))).toBe(1000);
		expect(stepsOfTraining(plan({ preset: 'demo', epochs: 2, batchSize: 100 }))).toBe(1200);
	});

	it.each<[Partial<TrainingChoice>, string]>([
		[{ hidden: 0 }, 'The hidden size must be a whole number from 4 to 256, not 0.'],
		[{ hidden: 100_000 }, 'The hidden size must be a whole number from 4 to 256, not 100000.'],
		[{ hidden: 4.5 }, 'The hidden size must be a whole number from 4 to 256, not 4.5.'],
		[{ batchSize: 1025 }, 'The batch must be a whole number from 1 to 1024, not 1025.'],
		[{ epochs: 0 }, 'The number of epochs must be a whole number from 1 to 100, not 0.'],
		[{ steps: 0 }, 'The number of steps must be a whole number from 1 to 1000000, not 0.'],
		[{ learningRate: 1 }, 'The learning rate must be a number from 1e-7 to 0.1, not 1.'],
		[{ learningRate: Number.NaN }, 'The learning rate must be a number from 1e-7 to 0.1, not NaN.'],
		[{ epochs: 1, steps: 1 }, 'Give either epochs or steps, not both: each says where the training ends.'],
		[{ steps: 60_000 }, '60000 steps are too many: with batches of 128 there can be up to 46800.'],
		[{ preset: 'fast' as never }, 'There is no preset "fast"; it can be demo, course, demo-flow, course-2025.'],
		[{ model: 'gan' as never }, 'There is no model "gan"; it can be denoiser, time, class, flow-time, flow-class.'],
		[{ input: 'noise' }, 'Noise alone is an input for the denoiser; "class" gets noisy digits anyway.'],
	])('%o is rejected in one sentence', (changes, message) => {
		expect(() => plan(changes)).toThrow(UserError);
		expect(() => plan(changes)).toThrow(message);
	});
});
