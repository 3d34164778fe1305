/**
 * Splits pictures by spatial frequency: coarse shapes read from afar, fine detail close up.
 * Source: Oliva, Torralba & Schyns 2006, "Hybrid images"; Geng, Park & Owens 2024, "Factorized Diffusion".
 */
import { gaussianBlur } from '../../tensor/blur.ts';
import { combine, type Tensor } from '../../tensor/tensor.ts';
import { type Component, type Filter, scaleKernel, scaleLength } from './component.ts';

/** As in Factorized Diffusion and the course. */
export const FREQUENCY_FILTER = { sigma: 2, kernel: 33 };
export const TRIPLE_FILTER = { sigma: 2, kernel: 25 };

/** A low pass and what it removes. */
export function frequencyComponents(size: number, filter: Filter): readonly Component[] {
	const { sigma, kernel } = { ...FREQUENCY_FILTER, ...filter };
	const low = lowPass(size, sigma, kernel);
	return [low, (x) => difference(x, low(x))];
}

/**
 * Low, middle and high frequencies: x blurred twice, what the second blur removed, and what the first removed. The first
 * blur has half the sigma of the second.
 */
export function tripleComponents(size: number, filter: Filter): readonly Component[] {
	const { sigma, kernel } = { ...TRIPLE_FILTER, ...filter };
	const first = lowPass(size, sigma / 2, kernel);
	const second = lowPass(size, sigma, kernel);
	return [
		(x) => second(first(x)),
		(x) => {
			const blurred = first(x);
			return difference(blurred, second(blurred));
		},
		(x) => difference(x, first(x)),
	];
}

function lowPass(size: number, sigma: number, kernel: number): Component {
	return (x) => gaussianBlur(x, scaleKernel(kernel, size), scaleLength(sigma, size));
}

function difference(x: Tensor, y: Tensor): Tensor {
	return combine(1, x, -1, y);
}
