/** The view of a photographic negative: every colour becomes its opposite. */
import { map, type Tensor } from '../tensor/tensor.ts';
import type { View } from './view.ts';

const negative = (x: Tensor) => map(x, (value) => -value);

/** −I, its own inverse, at any size. Pixels stay in place, so variances come back unchanged. */
export const negateView: View = { apply: negative, invertNoise: negative, invertVariance: (variance) => variance };
