/**
 * The forward process q(x_t | x_0) = N(√ᾱ_t x_0, (1 − ᾱ_t) I), as a table of ᾱ.
 * Source: Ho et al. 2020 (DDPM); the cosine schedule is Nichol & Dhariwal 2021, eq. 17.
 */

export interface Schedule {
	/** ᾱ_t for t = 0..T−1, fp32 as PyTorch keeps it. */
	readonly alphasCumprod: Float32Array;
	/** Dynamic thresholding (Saharia et al. 2022, section 2.3) of the x0 estimate; absent: none. */
	readonly thresholding?: { readonly ratio: number; readonly maxValue: number };
}
