/** What jobs make. */
import type { BlobRef } from './values.ts';

/** What a pipeline knows of one of its pictures, besides how it looks. */
export interface ImageFacts {
	/** The seed that makes this picture alone. */
	readonly seed: number;
	/** What it is, where a job makes pictures of several kinds: "original", "noisy", "blurred", "one-step", … */
	readonly role?: string;
	/** The timestep at whose noise level it stands, or from which it was made, 0..999; of a flow the time, 0..1. */
	readonly t?: number;
	/** Peak signal-to-noise ratio against the original, in decibels; absent also where both are equal. */
	readonly psnr?: number;
	/** The Gaussian that blurred it: its standard deviation and its width, in pixels of this picture. */
	readonly blur?: { readonly sigma: number; readonly kernel: number };
	/** Standard deviation of the noise on a digit, whose values are 0..1. */
	readonly sigma?: number;
	/** How far it is from the mean of all digits: the root of the mean squared difference of values in 0..1. */
	readonly distance?: number;
	/** How well it shows what was asked, 0..1, where the job made several and ranked them. */
	readonly score?: number;
}

/** One picture that a job made: a PNG without any metadata, of the model's own size unless its pipeline says otherwise. */
export interface JobImage extends ImageFacts {
	readonly blob: BlobRef;
	readonly width: number;
	readonly height: number;
}

export interface JobResult {
	/** In the order that the job's pipeline documents; none where it makes something else. */
	readonly images: readonly JobImage[];
	/** What is no picture, where the job makes that: embeddings, as torch.save writes them; numbers that are to be drawn. */
	readonly file?: BlobRef;
	/** How long it ran, beside whatever else the machine did; absent where nobody saw it start. */
	readonly seconds?: number;
	/** Sentences the user should read, for example that a prompt was too long and where it was cut. */
	readonly notes: readonly string[];
}
