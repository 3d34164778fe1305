/** Which execution providers compute the digit networks correctly. */

import type { Provider } from '../../device.ts';
import { UserError } from '../../errors.ts';
import type { NetworkDefinition } from './definition.ts';

/** WebGPU processes channels in fours. */
const WEBGPU_GROUP = 4;

/**
 * Throws a UserError for a network that the provider would silently compute wrong: WebGPU's 3 x 3 convolution of 6, 9 or 33
 * channels is off by as much as its result, while with 3 or 64 it is right (bench/RESULTS.md). So are the first layer, with 1
 * channel, and all others if D is a multiple of 4: they have D, 2D and 4D.
 */
export function assertRightOn(provider: Provider, { parameters }: NetworkDefinition): void {
	if (provider !== 'webgpu') return;
	const kernels = parameters.filter(({ shape }) => shape.length === 4);
	if (kernels.every(({ shape: [, channels] }) => channels < WEBGPU_GROUP || channels % WEBGPU_GROUP === 0)) return;
	throw new UserError(
		'On the device "webgpu" the hidden size of a digit network must be a multiple of 4: other convolutions give wrong results there.',
	);
}
