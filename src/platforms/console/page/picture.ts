/** One picture of a result, with what can be done with it. */
import type { WirePicture } from '../wire.ts';
import { toast } from './announce.ts';
import { pictureFile } from './api.ts';
import { freshId, h, icon, iconButton } from './dom.ts';

/** Wider ones are sheets, which the page makes smaller: their letters need smoothing. */
const LARGEST_PIXELATED = 512;

/**
 * @param use puts the picture into the composer
 * @param spoiler covers the picture until somebody wants to see it
 */
export function pictureFigure(picture: WirePicture, use: (file: File) => void, spoiler = false): HTMLElement {
	const { url, width, height, alt, filename } = picture;
	const id = freshId('alt');
	const description = h('figcaption', { id, hidden: true }, alt);
	const toggle = h(
		'button',
		{
			type: 'button',
			class: 'alt',
			title: 'Description',
			'aria-label': `Description of ${filename}`,
			'aria-expanded': 'false',
			'aria-controls': id,
			onclick: () => {
				description.hidden = !description.hidden;
				toggle.setAttribute('aria-expanded', String(!description.hidden));
			},
		},
		'ALT',
	);
	const reuse = async () => {
		try {
			use(await pictureFile(url, filename));
		} catch {
			toast(`${filename} is no longer there.`);
		}
	};
	const cover = h(
		'button',
		{ type: 'button', class: 'cover', 'aria-label': `Show ${filename}`, onclick: () => cover.remove() },
		'Show',
	);
	return h(
		'figure',
		{ class: width > LARGEST_PIXELATED ? 'large' : '' },
		h('div', { class: 'picture' }, h('img', { src: url, width, height, alt }), spoiler && cover),
		h(
			'div',
			{ class: 'picture-tools' },
			toggle,
			h(
				'a',
				{ class: 'icon', href: url, download: filename, title: 'Download', 'aria-label': `Download ${filename}` },
				icon('download'),
			),
			iconButton('reuse', `Use ${filename} as input`, () => void reuse()),
		),
		description,
	);
}
