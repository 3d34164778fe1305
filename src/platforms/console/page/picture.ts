/** One picture of a result, with its buttons. */
import type { WirePicture } from '../wire.ts';
import { announce, toast } from './announce.ts';
import { pictureFile } from './api.ts';
import { descriptionButton } from './description.ts';
import { freshId, h, icon, iconButton } from './dom.ts';
import { carryPicture } from './drop.ts';
import { openViewer } from './viewer.ts';

/** Wider pictures are sheets, which the page shrinks; their letters need smoothing. */
const LARGEST_PIXELATED = 512;

/** From this many of the model's pixels a side, a picture counts as upscaled. */
const FINE = 200;

/** When a new picture turns over, and when it turns back, in milliseconds. */
const TURNS_MS = [700, 3000];

const pictures = new WeakMap<Element, WirePicture>();

/** Opens the viewer at a picture, uncovered. It goes through every picture in the conversation that is not covered. */
function enlarge(figure: HTMLElement, comparing = false): void {
	figure.querySelector('.cover')?.remove();
	const figures = [...document.querySelectorAll('.gallery figure:not(:has(.cover))')].filter((each) =>
		pictures.has(each),
	);
	const shown = figures.map((each) => pictures.get(each) as WirePicture);
	void openViewer(shown, figures.indexOf(figure), comparing);
}

/** Turns a picture over to its counterpart, or back. */
function turn(figure: HTMLElement): void {
	const frame = figure.querySelector('.picture');
	const { against } = pictures.get(figure) ?? {};
	if (!frame || !against) return;
	if (!frame.querySelector('.back')) {
		const back = h('div', { class: 'back' });
		back.style.backgroundImage = `url("${against.url}")`;
		frame.append(back);
		// Forces a layout, so that the new side turns with the picture instead of just appearing.
		back.getBoundingClientRect();
	}
	const [own, other] = against.labels;
	announce(frame.classList.toggle('turned') ? other : own);
}

/** Turns new pictures that have another reading over and back, once. */
export function turnOnce(figures: Iterable<HTMLElement>): void {
	if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
	const turned = [...figures].filter(
		(figure) => pictures.get(figure)?.against?.turned && !figure.querySelector('.cover'),
	);
	for (const [i, time] of TURNS_MS.entries()) {
		setTimeout(() => {
			// Leaves a picture alone that somebody has turned in the meantime.
			for (const figure of turned) {
				if (figure.isConnected && (figure.querySelector('.turned') === null) === (i === 0)) turn(figure);
			}
		}, time);
	}
}

/** The class for the size at which the page shows a picture. */
function sizeOf({ width, factor = 1 }: WirePicture): string {
	if (width > LARGEST_PIXELATED) return 'large';
	return width / factor >= FINE ? 'fine' : '';
}

/**
 * @param use puts the picture into the composer
 * @param spoiler whether to cover the picture until somebody clicks
 */
export function pictureFigure(picture: WirePicture, use: (file: File) => void, spoiler = false): HTMLElement {
	const { url, width, height, alt, filename, against } = picture;
	const id = freshId('alt');
	const description = h('figcaption', { id, hidden: true }, alt);
	const toggle = descriptionButton(description, filename, (whole) => {
		description.hidden = !whole;
	});
	const reuse = async () => {
		try {
			use(await pictureFile(url, filename));
		} catch {
			toast(`${filename} is no longer available.`);
		}
	};
	const cover = h(
		'button',
		{
			type: 'button',
			class: 'cover',
			'aria-label': `Show ${filename}`,
			onclick: () => {
				cover.remove();
				enlarging.focus();
			},
		},
		'Show',
	);
	const enlarging = iconButton('enlarge', `Enlarge ${filename}`, () => enlarge(figure));
	const image = h('img', {
		src: url,
		width,
		height,
		alt,
		loading: 'lazy',
		onclick: () => enlarge(figure),
		ondragstart: (event: DragEvent) => carryPicture(event, url, filename),
	});
	const frame = h('div', { class: 'picture' }, image, spoiler && cover);
	const figure = h(
		'figure',
		{ class: sizeOf(picture) },
		frame,
		h(
			'div',
			{ class: 'picture-tools' },
			toggle,
			against && iconButton('flip', `Turn over: ${against.labels[1]}`, () => turn(figure)),
			against &&
				iconButton('compare', `Compare ${filename}: ${against.labels.join(', ')}`, () => enlarge(figure, true)),
			enlarging,
			h(
				'a',
				{ class: 'icon', href: url, download: filename, title: 'Download', 'aria-label': `Download ${filename}` },
				icon('download'),
			),
			iconButton('reuse', `Use ${filename} as input`, () => void reuse()),
		),
		description,
	);
	pictures.set(figure, picture);
	return figure;
}
