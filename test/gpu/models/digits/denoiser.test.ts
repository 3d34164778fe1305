import { describe, expect, it } from 'vitest';
import { asDigitDenoiser, asDigitJudge, asOneStepDenoiser } from '../../../../gpu/models/digits/denoiser.ts';
import { type DigitNetwork, type NetworkInputs, openDigitNetwork } from '../../../../gpu/models/digits/network.ts';
import { digitUnet } from '../../../../gpu/models/digits/unet.ts';
import { map, type Tensor, tensor } from '../../../../gpu/tensor/tensor.ts';
import { initialState } from '../../../../gpu/training/initial.ts';

const AREA = 784;
const flat = (value: number) => tensor(new Float32Array(AREA).fill(value), [1, 28, 28]);

/** Returns x + 10 t/T, plus 100 · digit + 1000 if it gets a digit, and records the sizes of its batches. */
function telling(): DigitNetwork & { readonly sizes: number[] } {
	const sizes: number[] = [];
	return {
		sizes,
		async run({ x, t, c }: NetworkInputs) {
			sizes.push(x.shape[0]);
			const told = (i: number) => c!.data.subarray(10 * i, 10 * i + 10).indexOf(1);
			const output = map(x, (value, i) => {
				const n = Math.floor(i / AREA);
				return value + 10 * t!.data[n] + (told(n) === -1 ? 0 : 1000 + 100 * told(n));
			});
			return { output };
		},
		close: async () => {},
	};
}

describe('a digit denoiser', () => {
	it('passes t/T and the digit, if any, to the network', async () => {
		const denoiser = asDigitDenoiser(telling());
		const asked = [denoiser.predict(flat(1), 150, 7), denoiser.predict(flat(2), 0), denoiser.predict(flat(3), 299, 0)];
		const noise = (await Promise.all(asked)).map((estimate) => estimate.noise);
		expect(noise.map(({ shape }) => shape)).toEqual([1, 2, 3].map(() => [1, 28, 28]));
		expect(noise.map(({ data }) => data[783])).toEqual(
			[1706, 2, 1003 + Math.fround((10 * 299) / 300)].map((v) => expect.closeTo(v, 3)),
		);
	});

	it('adds the course’s variance, the upper end of the learned range', async () => {
		const { variance } = await asDigitDenoiser(telling()).predict(flat(0), 10, 1);
		expect(variance?.data.every((value) => value === 1)).toBe(true);
	});

	it('runs waiting calls together', async () => {
		const network = telling();
		const denoiser = asDigitDenoiser(network);
		await Promise.all(Array.from({ length: 10 }, () => denoiser.predict(flat(0), 1)));
		expect(network.sizes).toEqual([8, 2]);
	});

	it('gives a real network its inputs, with the same result alone as in a batch', async () => {
		for (const kind of ['class', 'time', 'denoiser'] as const) {
			const definition = digitUnet(kind, 4);
			const { parameters, statistics } = initialState(definition, 1);
			const network = await openDigitNetwork(
				definition,
				{ ...parameters, ...statistics },
				{ provider: 'cpu', threads: 1 },
			);
			const ask = (value: number): Promise<Tensor> =>
				kind === 'denoiser'
					? asOneStepDenoiser(network).clean(flat(value))
					: asDigitDenoiser(network)
							.predict(flat(value), 5, 3)
							.then(({ noise }) => noise);
			const together = await Promise.all([0.1, 0.5, 0.9].map(ask));
			const alone = await ask(0.5);
			expect(Math.max(...alone.data.map((value, i) => Math.abs(value - together[1].data[i])))).toBeLessThan(1e-5);
			expect(together[0].data).not.toEqual(together[1].data);
			await network.close();
		}
	});
});

describe('a judge', () => {
	it('returns probabilities', async () => {
		const network = {
			run: async () => ({ output: tensor(Float32Array.of(1000, 1000, 0, 0, 0, 0, 0, 0, 0, 0), [1, 10]) }),
			close: async () => {},
		};
		const { data } = await asDigitJudge(network).read(flat(0));
		expect([...data]).toEqual([0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0]);
	});
});
