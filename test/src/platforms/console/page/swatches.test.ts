import { expect, test } from 'vitest';
import { describeInChromium } from './browser.ts';

/**
 * The contrast of each swatch with what is behind it, by its border or its fill, whichever is greater; runs in the page.
 * Swatches of which people choose the colour have only their border, because the colour may be that of the ground.
 */
function contrasts(): (readonly [name: string | null, contrast: number])[] {
	const context = document.createElement('canvas').getContext('2d', {
		willReadFrequently: true,
	}) as CanvasRenderingContext2D;
	/** The relative luminance of colours that are laid over each other. */
	const luminance = (...layers: readonly string[]) => {
		for (const layer of layers) {
			context.fillStyle = layer;
			context.fillRect(0, 0, 1, 1);
		}
		const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((level) => {
			const share = level / 255;
			return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	return [...document.querySelectorAll('.swatch, .swatches input[type=color]')].map((swatch) => {
		const grounds: string[] = [];
		for (let behind = swatch.parentElement; behind; behind = behind.parentElement) {
			grounds.unshift(getComputedStyle(behind).backgroundColor);
		}
		const { backgroundColor, borderTopColor } = getComputedStyle(swatch);
		const fills = swatch.matches('input') ? [] : [backgroundColor];
		const ground = luminance(...grounds);
		const ratios = [borderTopColor, ...fills].map((colour) => {
			const own = luminance(...grounds, colour);
			return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
		});
		const named = swatch.closest('label') ?? swatch;
		return [named.getAttribute('title') ?? named.textContent, Math.max(...ratios)] as const;
	});
}

describeInChromium('the swatches of the sketch pad', (chat) => {
	for (const colorScheme of ['light', 'dark'] as const) {
		test(`can be told from their ground in ${colorScheme} mode`, async () => {
			await chat.open({ colorScheme });
			await chat.page.getByRole('button', { name: 'Draw a sketch' }).click();
			await chat.page.getByRole('dialog').waitFor();
			const found = await chat.page.evaluate(contrasts);
			expect(found).toHaveLength(11);
			expect(found.filter(([, contrast]) => contrast < 3)).toEqual([]);
		});
	}
});
