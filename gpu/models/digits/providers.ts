/** Where the digit networks come out right. */

import type { Provider } from '../../device.ts';
import { UserError } from '../../errors.ts';
import type { NetworkDefinition } from './definition.ts';

/** WebGPU takes channels in fours. */
const WEBGPU_GROUP = 4;

/**
 * Throws a UserError for a network that the provider would miscalculate without a word: WebGPU's 3 x 3 convolution of 6, 9 or
 * 33 channels is off by as much as its result, of 3 or 64 it is right (bench/RESULTS.md). So are the first layer, of 1 channel,
 * and all others where D is a multiple of 4: they have D, 2D and 4D.
 */
export function assertRightOn(provider: Provider, { parameters }: NetworkDefinition): void {
	if (provider !== 'webgpu') return;
	const kernels = parameters.filter(({ shape }) => shape.length === 4);
	if (kernels.every(({ shape: [, channels] }) => channels < WEBGPU_GROUP || channels % WEBGPU_GROUP === 0)) return;
	throw new UserError(
		'On the device "webgpu" the hidden size of a network of digits must be a multiple of 4: convolutions of other sizes come out wrong there.',
	);
}
