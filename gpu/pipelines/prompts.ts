/** Noise estimates for prompts, and notes on how prompts were read. */
import type { EstimateNoise } from '../diffusion/estimate.ts';
import { type Guidance, guided, guidesAt } from '../diffusion/guidance.ts';
import type { Condition, Denoiser } from '../models/denoiser.ts';

/**
 * The noise given `prompt`, guided away from the negative prompt. Both branches are requested at once, so that they go through
 * the network together; where there is no guidance, only the first is.
 *
 * @param others the rest of both branches' condition
 */
export function promptEstimate(
	denoiser: Denoiser,
	prompt: string,
	guidance: Guidance & { readonly negativePrompt: string },
	others: Omit<Condition, 'prompt'> = {},
): EstimateNoise {
	return async (x, t) => {
		if (!guidesAt(guidance, t)) return denoiser.predict(x, t, { ...others, prompt });
		const [conditional, unconditional] = await Promise.all([
			denoiser.predict(x, t, { ...others, prompt }),
			denoiser.predict(x, t, { ...others, prompt: guidance.negativePrompt }),
		]);
		return guided(conditional, unconditional, guidance.guidanceScale);
	};
}

/** One sentence for every prompt that is longer than the network reads, or that was read as a different one. */
export async function promptNotes(
	denoiser: Pick<Denoiser, 'tokensCut' | 'readAs'>,
	prompts: readonly string[],
): Promise<string[]> {
	const notes = await Promise.all(
		[...new Set(prompts)].map(async (prompt) => {
			const other = denoiser.readAs?.(prompt);
			if (other !== undefined) return [`“${beginning(prompt)}” was read as “${beginning(other)}”.`];
			const cut = await denoiser.tokensCut(prompt);
			if (cut === 0) return [];
			const lost = cut === 1 ? 'token was' : `${cut} tokens were`;
			return [`The prompt “${beginning(prompt)}” was too long: its last ${lost} not read.`];
		}),
	);
	return notes.flat();
}

/** The start of a prompt, cut by code points so that no emoji is split. */
function beginning(prompt: string): string {
	const letters = [...prompt];
	return letters.length > 40 ? `${letters.slice(0, 40).join('')}…` : prompt;
}
