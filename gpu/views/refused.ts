/** Views that people ask for but that cannot work: maps that are not orthogonal, so that noise would not stay noise. */

const REFUSED: readonly { readonly names: RegExp; readonly reason: string }[] = [
	{
		names: /blur|low_?pass/,
		reason: 'a blur averages away the noise that the network needs to see',
	},
	{
		names: /rotat|bilinear|turn|\d+_?deg/,
		reason: 'only quarter turns take pixels to pixels; other angles mix them, which weakens the noise',
	},
	{
		names: /scal|zoom|resiz|stretch|shrink|crop/,
		reason: 'a change of size drops or repeats pixels, so that noise would not stay noise',
	},
	{
		names: /white_?bal|bright|contrast|gamma|satur|grey|gray|tint|multiply/,
		reason: 'it makes the noise in a colour stronger or weaker than what the network was trained on',
	},
];

/** Why a view of that name cannot work, as half a sentence; undefined for other names. */
export function reasonAgainst(name: string): string | undefined {
	return REFUSED.find(({ names }) => names.test(name))?.reason;
}
