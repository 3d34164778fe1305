/** The network that reads digits, to judge generated ones. */
import { defineNetwork, type NetworkDefinition } from './definition.ts';
import { channelMeans, linearLayer } from './layers.ts';
import { CLASSES, convBlock, DIGIT_SIZE, downBlock } from './unet.ts';

/** Channels at its first level. */
const HIDDEN = 32;

/**
 * Input: x [B, 1, 28, 28], values in [0, 1]. Output: logits [B, 10]. Features: the means of the last level's channels,
 * [B, 128], which the Fréchet distance compares.
 */
export function digitJudge(): NetworkDefinition {
	return defineNetwork('digit_judge', { x: [1, DIGIT_SIZE, DIGIT_SIZE] }, (net, { x }) => {
		const full = convBlock(net, x, 'init_conv', HIDDEN); // [B, 32, 28, 28]
		const half = downBlock(net, full, 'down1', 2 * HIDDEN); // [B, 64, 14, 14]
		const quarter = downBlock(net, half, 'down2', 4 * HIDDEN); // [B, 128, 7, 7]
		const features = channelMeans(quarter); // [B, 128]
		return { features, output: linearLayer(net, features, 'head', CLASSES) };
	});
}
