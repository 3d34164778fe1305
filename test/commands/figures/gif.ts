/** What tests of animations look at. */
import sharp, { type Metadata } from 'sharp';

export const about = { filename: 'moves.gif', alt: 'It moves.' };

/** The size of an animation, and for how many milliseconds each of its frames stays. */
export const framesOf = (gif: Uint8Array): Promise<Metadata> => sharp(gif, { pages: -1 }).metadata();

/** In milliseconds. */
export const lengthOf = (delay: readonly number[] = []): number =>
	delay.reduce((sum, milliseconds) => sum + milliseconds, 0);
