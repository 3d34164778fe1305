/** The results of jobs. */
import type { BlobRef } from './values.ts';

/** What a pipeline knows about one of its pictures, apart from its pixels. */
export interface ImageFacts {
	/** The seed that makes this picture on its own. */
	readonly seed: number;
	/** What it is, if a job makes pictures of several kinds: "original", "noisy", "blurred", "one-step", … */
	readonly role?: string;
	/** The timestep of its noise level, or from which it was made, 0..999; for a flow the time, 0..1. */
	readonly t?: number;
	/** Peak signal-to-noise ratio against the original, in decibels; also absent if the two are equal. */
	readonly psnr?: number;
	/** The Gaussian that blurred it: standard deviation and width, in pixels of this picture. */
	readonly blur?: { readonly sigma: number; readonly kernel: number };
	/** Standard deviation of the noise on a digit, whose values are in 0..1. */
	readonly sigma?: number;
	/** Its distance from the mean of all digits: the root of the mean squared difference of values in 0..1. */
	readonly distance?: number;
	/** How well it shows what was asked for, 0..1, if the job ranked several pictures. */
	readonly score?: number;
}

/** One picture that a job made: a PNG without metadata, at the model's own size unless its pipeline documents another. */
export interface JobImage extends ImageFacts {
	readonly blob: BlobRef;
	readonly width: number;
	readonly height: number;
}

export interface JobResult {
	/** In the order that the job's pipeline documents; empty if it makes something else. */
	readonly images: readonly JobImage[];
	/** A result that is not a picture: embeddings, as torch.save writes them, or numbers to be drawn. */
	readonly file?: BlobRef;
	/** How long it ran, alongside whatever else the machine was doing; absent if its start was not observed. */
	readonly seconds?: number;
	/** Sentences the user should read, for example that a prompt was too long and where it was cut. */
	readonly notes: readonly string[];
}
