import { describe, expect, it } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { findCommand } from '../../../commands/lib/find-command.ts';
import type { RawOptions } from '../../../commands/lib/options.ts';
import type { ModelList } from '../../../gpu/queue/runner.ts';
import { checkChannelLimits } from '../../../src/desk/channel-rules.ts';
import { checkedOptions } from '../../../src/desk/checked-options.ts';
import type { User } from '../../../src/store/records.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';

const ann = { id: 'x:ann', name: 'Ann', staff: false };
const MODELS: ModelList = { usable: FAKE_MODELS, damaged: [] };

/** The steps that a request gets in a channel with this limit, or the error. */
function asked(limit: number, options: RawOptions, command = 'generate', models = MODELS): unknown {
	const rules = { models, settings: { steps: limit }, words: [] };
	try {
		return checkedOptions(findCommand(commands, command), options, ann, rules).options.steps;
	} catch (error) {
		return (error as Error).message;
	}
}

describe('a limit of steps', () => {
	it('is the default for requests without steps', () => {
		expect(asked(20, {})).toBe(20);
		expect(asked(20, { timesteps: 'course' })).toBe(20);
		expect(asked(34, {})).toBeUndefined();
	});

	it('allows a model’s own sampling if it is short enough', () => {
		const sampling = { sampler: 'ddpm', timesteps: [990, 500, 0], clips: true, startColours: {} } as const;
		const own: ModelList = { usable: [{ ...FAKE_MODELS[0], sampling }], damaged: [] };
		expect(asked(20, {}, 'generate', own)).toBeUndefined();
		expect(asked(2, {}, 'generate', own)).toBe(2);
		expect(asked(20, { sampler: 'ddim' }, 'generate', own)).toBe(20);
	});

	it('applies to the columns, rows and reference of a comparison', () => {
		expect(asked(20, {}, 'compare')).toBe(20);
		expect(asked(20, { steps: '5,20' }, 'compare')).toBe('5,20');
		expect(asked(20, { steps: '5,21' }, 'compare')).toBe('steps may be at most 20 in this channel; got 21.');
		expect(asked(20, { rows: 'steps = 4, 30' }, 'compare')).toBe('steps may be at most 20 in this channel; got 30.');
		expect(asked(20, { reference: '100' }, 'compare')).toBe('reference may be at most 20 in this channel; got 100.');
		expect(asked(20, { rows: 'guidance=1,3', columns: 'steps=5,10' }, 'compare')).toBe(20);
	});

	it('does not apply to trainings', () => {
		expect(() => checkChannelLimits({ steps: 5000 }, { steps: 20 }, ann)).not.toThrow();
	});

	it('counts the steps of named lists', () => {
		expect(asked(99, { timesteps: 'smart100' })).toBe('steps may be at most 99 in this channel; got 100.');
		expect(asked(99, { timesteps: 'smart100', sampler: 'course' })).toBeUndefined();
		expect(asked(27, { timesteps: 'fast27' })).toBeUndefined();
		expect(asked(30, { steps: '31' })).toBe('steps may be at most 30 in this channel; got 31.');
	});

	it('counts those of stage II, where upscale asks for it', () => {
		expect(asked(30, { upscale: 'yes' })).toBe(30); // of both stages
		expect(asked(30, { upscale: 'yes', timesteps: 'fast27' })).toBeUndefined();
		expect(asked(34, { upscale: 'yes' })).toBeUndefined();
		// A model's own sampling is not stage II's.
		const sampling = { sampler: 'ddpm', timesteps: [990, 500, 0], clips: true, startColours: {} } as const;
		const own: ModelList = { usable: [{ ...FAKE_MODELS[0], sampling }], damaged: [] };
		const refused =
			'upscale takes 34 steps of stage II, and this channel allows 30; give steps 30 too, or leave it out.';
		expect(asked(30, { upscale: 'yes' }, 'generate', own)).toBe(refused);
		expect(asked(30, { upscale: 'yes', steps: '30' }, 'generate', own)).toBe('30');
	});
});

it('upscale is for those who may run /upscale', () => {
	const settings = { allow: { upscale: ['7001002'] } };
	const check = (user: User) => () => checkChannelLimits({ upscale: true }, settings, user);
	expect(check(ann)).toThrow(
		'In this channel only people with certain roles can upscale; leave upscale out, or ask staff.',
	);
	expect(check({ ...ann, roles: ['7001002'] })).not.toThrow();
	expect(check({ ...ann, staff: true })).not.toThrow();
	expect(() => checkChannelLimits({ upscale: false }, settings, ann)).not.toThrow();
	expect(() => checkChannelLimits({ upscale: true }, {}, ann)).not.toThrow();
});
