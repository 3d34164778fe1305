/** Views that people ask for and that cannot work: maps that are not orthogonal, so that noise would not stay noise. */

const NOT_NOISE = 'the network would no longer see the noise that it was trained on';

const REFUSED: readonly { readonly names: RegExp; readonly reason: string }[] = [
	{
		names: /blur|low_?pass/,
		reason: `a blur averages the noise away, and ${NOT_NOISE}; /hybrid shows a second picture in what a blur leaves`,
	},
	{
		names: /rotat|bilinear|turn|\d+_?deg/,
		reason: `only quarter turns take pixels to pixels: at other angles pixels are mixed, which weakens the noise, and ${NOT_NOISE}`,
	},
	{
		names: /scal|zoom|resiz|stretch|shrink|crop/,
		reason: `a change of size drops or repeats pixels, and ${NOT_NOISE}`,
	},
	{
		names: /white_?bal|balance|bright|contrast|gamma|satur|grey|gray|tint|multiply/,
		reason: `it makes the noise of a colour stronger or weaker, and ${NOT_NOISE}`,
	},
];

/** Why there is no such view, where there can be none: half a sentence. */
export function reasonAgainst(name: string): string | undefined {
	return REFUSED.find(({ names }) => names.test(name))?.reason;
}
