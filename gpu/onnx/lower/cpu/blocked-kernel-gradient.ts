/** The gradient of convolution kernels as a direct convolution, where the CPU has these. */
import type { Value } from '../../graph.ts';
import { reduceSum } from '../../ops/broadcasting.ts';
import type { StridedKernel } from '../../ops/kernel-gradients.ts';
import { gather, reshape, transpose } from '../../ops/movement.ts';
import { blockedConv, fillsBlocks, inBlocks, reorderInput } from './blocks.ts';

/** Blocks of filters that the CPU's direct convolutions apply at a time: they read all of their weights for a few pixels. */
const BLOCKS_AT_ONCE = 4;

/** What these weights may take: they stay in a core's own cache, beside the images. */
const MOST_BYTES = 512 * 2 ** 10;

/**
 * What stridedKernelGradient says, as a convolution: small [B, S, h, w], large [B, L, H, W] -> [S, L, k, k]. Undefined where
 * images and channels do not fill blocks.
 *
 *     dW[s, l, r, c] = Σ over b, i, j of small[b, s, i, j] · large[b, l, i · stride + r − p, j · stride + c − p]
 *
 * Images and channels change places, so that it is summed over images; the small image is the kernel, its pixels `stride`
 * apart. Only k numbers come out in a row, too few for the registers. So a whole block of L stands beside each other in the
 * row, pixel by pixel, and the kernel's pixels are a block further apart: k blocks come out. Each block of images is summed
 * in a group of its own, because the kernels are in this order after two changes of layout. Large kernels are cut into strips,
 * which count as further channels: all weights of a kernel of 28 x 28 do not stay in a core's cache from one pixel to the next.
 *
 * 230 to 330 GFLOP/s with the changes of layout, where the other ways reach 70 to 230 (2 cores with AVX-512, 64 to 256
 * channels of 7 x 7 to 28 x 28).
 */
export function blockedKernelGradient(
	small: Value,
	large: Value,
	shape: StridedKernel,
	block: number,
): [Value] | undefined {
	const [below, right] = zerosBehind(small, large, shape);
	// Less than none: the strides left over more than the padding had added.
	if (!fillsBlocks([small, large], [0, 1], block) || below < 0 || right < 0) return undefined;
	const { kernel, padding, stride } = shape;
	const [batch, channels, height, width] = small.shape.map(Number);
	const others = Number(large.shape[1]);
	const groups = batch / block;
	const strips = stripsOf(height, width, block);
	const rows = height / strips;
	const padded = withZeros(large, [padding, padding], [below, right]);
	const image = inStrips(padded, { strips, apart: rows * stride, rows: (rows - 1) * stride + kernel }, block);
	const taps = blockedConv([image, kernelsOf(small, strips, block)], {
		kernel: [rows, width],
		before: [0, 0],
		after: [0, 0],
		dilations: [stride, stride * block],
		groups,
	}); // [L/b, B/b · S, k, k · b], in blocks [L/b, B/b, S/b, k, k, b of L, b of S]
	const ofGroups = reshape([taps], { shape: [others / block, groups, channels * kernel ** 2 * block] });
	const blocks = reshape([reduceSum([ofGroups], { axes: [1] })], {
		shape: [others / block, channels / block, kernel ** 2, block, block],
	});
	const byTap = transpose([blocks], { permutation: [1, 4, 0, 3, 2] });
	return [reshape([byTap], { shape: [channels, others, kernel, kernel] })];
}

/** The zeros that the taps need below the large image and on its right. */
function zerosBehind(small: Value, large: Value, { kernel, padding, stride }: StridedKernel): [number, number] {
	const behind = (axis: number) => {
		return (Number(small.shape[axis]) - 1) * stride + kernel - padding - Number(large.shape[axis]);
	};
	return [behind(2), behind(3)];
}

/** Into how many strips the kernels are cut: the fewest whose weights fit, and that are equally high. */
function stripsOf(height: number, width: number, block: number): number {
	const rowBytes = BLOCKS_AT_ONCE * block ** 2 * width * Float32Array.BYTES_PER_ELEMENT;
	for (let strips = 1; strips < height; strips++) {
		if (height % strips === 0 && (height / strips) * rowBytes <= MOST_BYTES) return strips;
	}
	return height;
}

/** [B, C, H, W] in blocks, with zeros above and on the left, below and on the right. */
function withZeros(images: Value, before: readonly [number, number], after: readonly [number, number]): Value {
	const channels = Number(images.shape[1]);
	const ones = images.graph.constant(new Float32Array(channels).fill(1), [channels, 1, 1, 1]);
	// With kernels of a single 1 it only adds the zeros: in half the time of Pad.
	return blockedConv([inBlocks(images), ones], { kernel: [1, 1], before, after, groups: channels });
}

interface Strips {
	readonly strips: number;
	/** Rows from the first of a strip to the first of the next one; they may overlap. */
	readonly apart: number;
	/** How many each has. */
	readonly rows: number;
}

/**
 * [B, L, H, W] in blocks -> an image for every block of L, with a channel for every image and strip,
 * [L/b, B · strips, rows, W · b], in blocks [L/b, B/b, strips, rows, W, b of L, b of B].
 */
function inStrips(images: Value, { strips, apart, rows }: Strips, block: number): Value {
	const [batch, channels, height, width] = images.shape.map(Number);
	const [batches, others, wide] = [batch / block, channels / block, width * block];
	const byImages = reorderInput([reshape([images], { shape: [1, batch, others * height, wide] })]);
	const table = reshape([byImages], { shape: [batches * others * height, wide * block] });
	const rowsToTake: number[] = [];
	for (let other = 0; other < others; other++) {
		for (let group = 0; group < batches; group++) {
			for (let strip = 0; strip < strips; strip++) {
				const first = (group * others + other) * height + strip * apart;
				for (let row = 0; row < rows; row++) rowsToTake.push(first + row);
			}
		}
	}
	return reshape([gather([table, images.graph.integers(rowsToTake)])], {
		shape: [others, batch * strips, rows, wide],
	});
}

/**
 * [B, S, h, w] -> the weights [B/b · S, strips · b, h / strips, w] of the groups, in blocks
 * [B/b, S/b, strips, h / strips, w, b of B, b of S].
 */
function kernelsOf(small: Value, strips: number, block: number): Value {
	const [batch, channels, height, width] = small.shape.map(Number);
	const byImages = reorderInput([reshape([small], { shape: [1, batch, channels, height * width] })]);
	const kernels = reorderInput([reshape([byImages], { shape: [batch / block, channels, height * width, block] })]);
	return reshape([kernels], { shape: [(batch / block) * channels, strips * block, height / strips, width] });
}
