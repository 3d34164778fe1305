/** Prompts as the sampling loop sees them. */
import type { EstimateNoise } from '../diffusion/estimate.ts';
import { guided } from '../diffusion/guidance.ts';
import type { Condition, Denoiser } from '../models/denoiser.ts';

/**
 * The noise under `prompt`, guided away from `negativePrompt`. Both branches are asked at once, so that they go through
 * the network together; at scale 1 only the first is asked.
 *
 * @param others what both branches are told besides their prompts
 */
export function promptEstimate(
	denoiser: Denoiser,
	prompt: string,
	negativePrompt: string,
	guidanceScale: number,
	others: Omit<Condition, 'prompt'> = {},
): EstimateNoise {
	return async (x, t) => {
		if (guidanceScale === 1) return denoiser.predict(x, t, { ...others, prompt });
		const [conditional, unconditional] = await Promise.all([
			denoiser.predict(x, t, { ...others, prompt }),
			denoiser.predict(x, t, { ...others, prompt: negativePrompt }),
		]);
		return guided(conditional, unconditional, guidanceScale);
	};
}

/** One sentence for every prompt that is longer than the network reads. */
export async function promptNotes(
	denoiser: Pick<Denoiser, 'tokensCut'>,
	prompts: readonly string[],
): Promise<string[]> {
	const notes = await Promise.all(
		[...new Set(prompts)].map(async (prompt) => {
			const cut = await denoiser.tokensCut(prompt);
			if (cut === 0) return [];
			const letters = [...prompt]; // by code points, so that no emoji is cut in half
			const beginning = letters.length > 40 ? `${letters.slice(0, 40).join('')}…` : prompt;
			return [
				`The prompt “${beginning}” was too long: its last ${cut === 1 ? 'token was' : `${cut} tokens were`} not read.`,
			];
		}),
	);
	return notes.flat();
}
