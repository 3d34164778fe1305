import { describe, expect, it } from 'vitest';
import { assertSameForwardProcess, scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import { linear, squaredcosCapV2 } from '../../../gpu/diffusion/schedule.ts';
import { ModelError } from '../../../gpu/errors.ts';
import { DEEPFLOYD_CONFIG } from './golden.ts';

const FILE = 'if/scheduler/scheduler_config.json';

describe('scheduleFromConfig', () => {
	it("reads DeepFloyd IF's scheduler", () => {
		expect(scheduleFromConfig(DEEPFLOYD_CONFIG, FILE)).toEqual({
			alphasCumprod: squaredcosCapV2(1000),
			thresholding: { ratio: 0.95, maxValue: 1.5 },
			lambdaMinClipped: -5.1, // even if the file lacks it
		});
	});

	it('reads lambda_min_clipped, and ignores fields that only concern other solvers', () => {
		const published = {
			...DEEPFLOYD_CONFIG,
			lambda_min_clipped: -4.5,
			_diffusers_version: '0.16.0.dev0',
			solver_order: 2,
		};
		expect(scheduleFromConfig(published, FILE)).toEqual({
			...scheduleFromConfig(DEEPFLOYD_CONFIG, FILE),
			lambdaMinClipped: -4.5,
		});
	});

	it('uses diffusers’ defaults for missing fields: linear betas, x0 clipped to [-1, 1]', () => {
		expect(scheduleFromConfig({ _class_name: 'DDPMScheduler', variance_type: 'learned_range' }, FILE)).toEqual({
			alphasCumprod: linear(1000, 0.0001, 0.02),
			thresholding: { ratio: 1, maxValue: 1 },
		});
	});

	it('leaves x0 alone if neither thresholding nor clipping is on', () => {
		const config = { ...DEEPFLOYD_CONFIG, thresholding: false, clip_sample: false };
		expect(scheduleFromConfig(config, FILE).thresholding).toBeUndefined();
	});

	it.each([
		['_class_name', 'DDIMScheduler'],
		['num_train_timesteps', 300],
		['beta_schedule', 'sigmoid'],
		['trained_betas', [0.1, 0.2]],
		['variance_type', 'fixed_small'],
		['prediction_type', 'v_prediction'],
		['timestep_spacing', 'trailing'],
		['steps_offset', 1],
		['rescale_betas_zero_snr', true],
		['clip_sample_range', 2],
		['sample_max_value', 0.5],
		['lambda_min_clipped', 0.5],
	])('refuses %s = %j, naming file, field and value', (field, value) => {
		const read = () => scheduleFromConfig({ ...DEEPFLOYD_CONFIG, [field]: value }, FILE);
		expect(read).toThrow(ModelError);
		expect(read).toThrow(`${FILE}: field "${field}" is ${JSON.stringify(value)}`);
	});

	it('refuses an unknown field', () => {
		const read = () => scheduleFromConfig({ ...DEEPFLOYD_CONFIG, shift: 2 }, FILE);
		expect(read).toThrow(ModelError);
		expect(read).toThrow(`${FILE}: unknown field "shift" (2), which may change the pictures; use the file`);
	});

	it('refuses anything but an object, and a missing field without a usable default', () => {
		expect(() => scheduleFromConfig([], FILE)).toThrow(`${FILE}: Invalid input: expected object`);
		expect(() => scheduleFromConfig({ _class_name: 'DDPMScheduler' }, FILE)).toThrow('"variance_type" is missing');
	});
});

describe('assertSameForwardProcess', () => {
	const schedule = scheduleFromConfig(DEEPFLOYD_CONFIG, FILE);
	const check = (config: object) => () => assertSameForwardProcess(config, FILE, schedule);

	it('accepts DeepFloyd’s noising scheduler, regardless of its other fields', () => {
		check({ beta_schedule: 'squaredcos_cap_v2', variance_type: 'fixed_small', clip_sample: true })();
	});

	it.each([
		[{ beta_schedule: 'linear' }, 'must give the same noise'],
		[{ beta_schedule: 'sigmoid' }, 'field "beta_schedule" is "sigmoid"'],
		[{ beta_schedule: 'squaredcos_cap_v2', num_train_timesteps: 300 }, 'field "num_train_timesteps" is 300'],
	])('refuses %j', (config, message) => {
		expect(check(config)).toThrow(ModelError);
		expect(check(config)).toThrow(message);
	});
});
