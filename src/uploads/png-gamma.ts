/**
 * The gamma of a PNG, which libvips ignores. Source: PNG specification (third edition), sections 11.3.2 (gAMA), 12.5 and 13.13
 * (which of the colour chunks takes precedence).
 */

/** The gAMA value that approximates sRGB; pictures with it need no conversion. */
const SRGB_GAMMA = 0.45455;

/** Relative. Smaller differences are invisible, and libpng ignores them too. */
const TOLERANCE = 0.05;

/** Chunks that describe colour more fully than gAMA, and override it. */
const STRONGER = new Set(['cICP', 'iCCP', 'sRGB']);

/**
 * The exponent with which a PNG's levels were encoded, such as 1 for levels that are proportional to light.
 *
 * @returns undefined if the file is not a PNG, declares no gamma, or is close enough to sRGB
 */
export function pngGamma(bytes: Uint8Array): number | undefined {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (file.toString('latin1', 1, 4) !== 'PNG') return undefined;
	let gamma: number | undefined;
	for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
		const type = file.toString('latin1', at + 4, at + 8);
		if (STRONGER.has(type)) return undefined;
		if (type === 'IDAT') break;
		if (type === 'gAMA') gamma = file.readUInt32BE(at + 8) / 100_000;
	}
	if (!gamma || Math.abs(gamma / SRGB_GAMMA - 1) < TOLERANCE) return undefined;
	return gamma;
}

/**
 * Maps each level of a picture with this gamma to sRGB, IEC 61966-2-1.
 *
 * @param gamma from pngGamma
 * @param levels 256 or 65,536
 * @returns levels of 8 bits
 */
export function levelsInSrgb(gamma: number, levels: number): Uint8Array {
	return Uint8Array.from({ length: levels }, (_, level) => {
		const light = (level / (levels - 1)) ** (1 / gamma);
		const srgb = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
		return Math.round(255 * srgb);
	});
}
