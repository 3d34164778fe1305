/** How each method looks in pictures, and what is said about it. */
import type { ToyMethod } from '../../gpu/jobs/index.ts';

export interface MethodLook {
	/** Its name at the start of a line, and within a sentence. */
	readonly name: string;
	readonly named: string;
	/** Orange and blue, as in charts of losses: they can be told apart with any kind of colour vision, and in print. */
	readonly colour: string;
	/** What its arrows show. */
	readonly arrows: string;
	/** How its paths look, in a word. */
	readonly paths: string;
	/** Why they look that way, as a sentence with their length. */
	teaches(length: string): string;
}

export const METHOD_LOOKS: Readonly<Record<ToyMethod, MethodLook>> = {
	ddpm: {
		name: 'DDPM',
		named: 'DDPM',
		colour: '#c9570c',
		arrows: '−ε, the score times the noise level',
		paths: 'crooked',
		teaches: (length) =>
			`DDPM (Ho et al. 2020) removes noise in every step and adds a little fresh noise, so its paths are crooked: ${length}.`,
	},
	flow: {
		name: 'Flow matching',
		named: 'flow matching',
		colour: '#2457c5',
		arrows: 'u, the velocity',
		paths: 'smooth',
		teaches: (length) =>
			`Flow matching (Lipman et al. 2022; Liu et al. 2022) learns the mean velocity of straight lines from noise to data and follows it without fresh noise: ${length}.`,
	},
};
