/** Converts IEEE 754 half precision, and bfloat16, from and to 16 bits. Node before 24 has no Float16Array. */

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The half nearest to a number, ties to even; ±infinity beyond the largest half. */
export function toFloat16Bits(value: number): number {
	scratch[0] = value;
	const bits = scratchBits[0];
	const sign = (bits >>> 16) & 0x8000;
	const magnitude = bits & 0x7fffffff;
	if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
	if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to more than 65504
	// Below 2^-14 halves are integer multiples of 2^-24.
	if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(scratch[0]) * 2 ** 24);
	// The exponent's bias changes from 127 to 15, and 13 bits of the significand are rounded off, carrying into the exponent.
	return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** The number that a half stands for. */
export function fromFloat16Bits(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >>> 10) & 0x1f;
	const fraction = bits & 0x3ff;
	if (exponent === 0) return sign * fraction * 2 ** -24;
	if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
	return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The number that a bfloat16 stands for, the upper half of an fp32. */
export function fromBfloat16Bits(bits: number): number {
	scratchBits[0] = bits << 16;
	return scratch[0];
}

function roundToEven(value: number): number {
	const below = Math.floor(value);
	const rest = value - below;
	return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
