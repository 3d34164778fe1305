/**
 * The structure of the UNet as a list of steps in the order in which they run; the graph emitters only walk it.
 * Source: diffusers, models/unets/unet_2d_condition.py (forward) and unet_2d_blocks.py.
 */
import type { Level, UNetConfig } from './config.ts';

export interface ResnetStep {
	readonly kind: 'resnet';
	/** Prefix of its parameters. */
	readonly name: string;
	readonly channels: number;
	readonly resample: 'none' | 'up' | 'down';
	/** The sum of the block and its shortcut is divided by this. */
	readonly scale: number;
}

export interface AttentionStep {
	readonly kind: 'attention';
	readonly name: string;
	readonly channels: number;
	readonly headWidth: number;
	readonly crossOnly: boolean;
}

export type Step =
	| ResnetStep
	| AttentionStep
	/** Keep the current activations for the way up. */
	| { readonly kind: 'keep' }
	/** Append the activations kept last to the current channels. */
	| { readonly kind: 'join' };

/** Everything between conv_in and conv_norm_out. */
export function unetSteps(config: UNetConfig): Step[] {
	const { levels } = config;
	const last = levels.length - 1;
	const resnet = (name: string, { channels }: Level, resample: ResnetStep['resample'] = 'none'): Step => {
		return { kind: 'resnet', name, channels, resample, scale: config.resnetOutScale };
	};
	const attention = (name: string, { channels, headWidth, crossOnly }: Level): Step => {
		return { kind: 'attention', name, channels, headWidth, crossOnly };
	};

	const steps: Step[] = [{ kind: 'keep' }];
	for (const [i, level] of levels.entries()) {
		const block = `down_blocks.${i}`;
		for (let j = 0; j < level.layers; j++) {
			steps.push(resnet(`${block}.resnets.${j}`, level));
			if (config.downAttention[i]) steps.push(attention(`${block}.attentions.${j}`, level));
			steps.push({ kind: 'keep' });
		}
		if (i < last) steps.push(resnet(`${block}.downsamplers.0`, level, 'down'), { kind: 'keep' });
	}

	const coarsest = levels[last];
	steps.push(
		{ ...(resnet('mid_block.resnets.0', coarsest) as ResnetStep), scale: config.midScale },
		attention('mid_block.attentions.0', { ...coarsest, crossOnly: config.midCrossOnly }),
		{ ...(resnet('mid_block.resnets.1', coarsest) as ResnetStep), scale: config.midScale },
	);

	for (const [i, level] of levels.toReversed().entries()) {
		const block = `up_blocks.${i}`;
		for (let j = 0; j <= level.layers; j++) {
			steps.push({ kind: 'join' }, resnet(`${block}.resnets.${j}`, level));
			if (config.upAttention[i]) {
				steps.push(attention(`${block}.attentions.${j}`, { ...level, headWidth: config.upHeadWidths[i] }));
			}
		}
		if (i < last) steps.push(resnet(`${block}.upsamplers.0`, level, 'up'));
	}
	return steps;
}

/** The attention blocks, in the order in which they run. */
export function attentionSteps(config: UNetConfig): AttentionStep[] {
	return unetSteps(config).filter((step) => step.kind === 'attention');
}
