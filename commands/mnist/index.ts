/** The verbs of /mnist, in the order in which people meet them. */
import { anagram } from './anagram.ts';
import { denoise } from './denoise.ts';
import { noise } from './noise.ts';
import { runs } from './runs.ts';
import { sample } from './sample.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { train } from './train.ts';

export const mnist = [sample, noise, denoise, anagram, train, status, stop, runs];
