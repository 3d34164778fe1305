/** The shapes of convolution kernels whose gradients are formed. */

export interface Kernel {
	/** Its height and width. */
	readonly kernel: number;
	readonly padding: number;
}

export interface StridedKernel extends Kernel {
	readonly stride: number;
}
