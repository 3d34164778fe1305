import { expect, test, vi } from 'vitest';
import { RunnerError } from '../../gpu/queue/runner.ts';
import { watchAvailability } from '../../src/availability.ts';
import { FAKE_MODELS } from '../fakes/fake-runner.ts';

const broken = new RunnerError('The inference process cannot start: no such device: tpu');

test('says at once that pictures are unavailable, and later when they are available', async () => {
	const models = vi.fn().mockRejectedValueOnce(broken).mockRejectedValueOnce(broken).mockResolvedValue(FAKE_MODELS);
	const told: string[] = [];
	const availability = watchAvailability({ models }, (sentence) => told.push(sentence), 20);
	await availability.told;
	expect(told).toEqual([
		'Pictures are unavailable for now: the inference process cannot start: no such device: tpu. Trying again every 0.02 s. Stop with Ctrl+C.',
	]);
	const hold = setInterval(() => {}, 1000);
	await availability.able;
	clearInterval(hold);
	expect(told.slice(1)).toEqual(['Ready with the model fake-if. Stop with Ctrl+C.']);
	expect(models).toHaveBeenCalledTimes(3);
});

test('is ready at once if all is well, and does not retry after a bug', async () => {
	const told: string[] = [];
	const well = watchAvailability({ models: async () => FAKE_MODELS }, (sentence) => told.push(sentence));
	await Promise.all([well.told, well.able]);
	expect(told).toEqual(['Ready with the model fake-if. Stop with Ctrl+C.']);
	const ill = watchAvailability({ models: () => Promise.reject(new TypeError('oops')) }, () => {});
	await Promise.all([ill.told, ill.able].map((promise) => expect(promise).rejects.toThrow('oops')));
});
