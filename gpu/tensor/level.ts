/** The level, 0..255, of a value in [-1, 1]; a Uint8ClampedArray still has to round and clamp it. */
export const levelOf = (value: number) => (value / 2 + 0.5) * 255;
