import { describe, expect, it } from 'vitest';
import { fromFloat16Bits, toFloat16Bits } from '../../../gpu/models/float16.ts';

describe('half precision', () => {
	it('converts every half back to itself', () => {
		for (let bits = 0; bits < 2 ** 16; bits++) {
			const value = fromFloat16Bits(bits);
			if (Number.isNaN(value)) expect(Number.isNaN(fromFloat16Bits(toFloat16Bits(value)))).toBe(true);
			else if (toFloat16Bits(value) !== bits) expect.fail(`${bits} became ${toFloat16Bits(value)}`);
		}
	});

	it.each([
		[1, 0x3c00],
		[-2, 0xc000],
		[0.1, 0x2e66],
		[1 / 3, 0x3555],
		[65504, 0x7bff],
		[65519, 0x7bff],
		[65520, 0x7c00],
		[1e9, 0x7c00],
		[-1e9, 0xfc00],
		[2 ** -24, 0x0001],
		[2 ** -25, 0x0000], // a tie goes to even
		[3 * 2 ** -25, 0x0002],
		[2 ** -14 - 2 ** -26, 0x0400], // rounds up into the normal numbers
		[1 + 2 ** -11, 0x3c00],
		[1 + 3 * 2 ** -11, 0x3c02],
		[2 - 2 ** -12, 0x4000],
		[-0, 0x8000],
	])('rounds %d to the nearest', (value, bits) => expect(toFloat16Bits(value)).toBe(bits));
});
