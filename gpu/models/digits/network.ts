/** A trained digit network, ready to run. */
import type { Device } from '../../onnx/session.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { InputName, NetworkDefinition } from './definition.ts';

/** Inputs of a network, [B, ...] with the same B; those that the definition names. */
export type NetworkInputs = { readonly x: Tensor } & { readonly [name in InputName]?: Tensor };

export interface DigitNetwork {
	/**
	 * The network's output [B, ...], and its features [B, width] where it has them, with batch normalisation by the running
	 * statistics: each example on its own, whatever the batch. Any B; it is cut into batches of a few fixed sizes.
	 */
	run(inputs: NetworkInputs): Promise<{ output: Tensor; features?: Tensor }>;
	close(): Promise<void>;
}

/**
 * `tensors`: parameters and running statistics by name (a TrainerState's, or a file's). Throws a ModelError that names a
 * tensor that is missing, too many or of another size.
 */
export async function openDigitNetwork(
	definition: NetworkDefinition,
	tensors: Readonly<Record<string, Float32Array>>,
	device: Device,
): Promise<DigitNetwork> {
	throw new Error(`openDigitNetwork: not yet (${definition.name}, ${Object.keys(tensors).length}, ${device.provider})`);
}
