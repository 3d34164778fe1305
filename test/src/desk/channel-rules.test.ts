import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../commands/lib/parse-options.ts';
import { samplingOptions } from '../../../commands/lib/sampling.ts';
import { checkChannelLimits, withDefaults } from '../../../src/desk/channel-rules.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';

const ann = { id: 'x:ann', name: 'Ann', staff: false };
const models = { usable: FAKE_MODELS, damaged: [] };

/** What happens to a request in a channel with a limit of so many steps: the steps it gets, or the sentence against it. */
function asked(limit: number, options: Readonly<Record<string, string>>): unknown {
	const specs = samplingOptions('ddpm');
	const filled = withDefaults(specs, options, { steps: limit }, ann, models);
	const values = parseOptions('generate', specs, filled, { models, drawSeed: () => 1 });
	try {
		checkChannelLimits(values, { steps: limit }, ann);
		return values.steps;
	} catch (error) {
		return (error as Error).message;
	}
}

describe('a limit of steps', () => {
	it('is what a request gets that names none', () => {
		expect(asked(20, {})).toBe(20);
		expect(asked(20, { timesteps: 'course' })).toBe(20);
		expect(asked(34, {})).toBeUndefined();
	});

	it('leaves the steps of a training alone', () => {
		expect(() => checkChannelLimits({ steps: 5000 }, { steps: 20 }, ann)).not.toThrow();
	});

	it('counts the steps that a sampler takes along a list by name', () => {
		expect(asked(99, { timesteps: 'smart100' })).toBe('steps may be at most 99 in this channel; got 100.');
		expect(asked(99, { timesteps: 'smart100', sampler: 'course' })).toBeUndefined();
		expect(asked(27, { timesteps: 'fast27' })).toBeUndefined();
		expect(asked(30, { steps: '31' })).toBe('steps may be at most 30 in this channel; got 31.');
	});
});
