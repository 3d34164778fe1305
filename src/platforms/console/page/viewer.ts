/** Shows pictures one by one over the whole window or screen, with a slider to compare each with its counterpart. */
import type { WirePicture } from '../wire.ts';
import { descriptionButton, firstSentence } from './description.ts';
import { untilClosed } from './dialog.ts';
import { h, icon, iconButton } from './dom.ts';

/** How much of the counterpart shows, from the left, in percent. */
const NONE = 0;
const HALF = 50;
const ALL = 100;

/**
 * Resolves when the viewer is closed.
 *
 * @param at index of the picture to show first
 * @param comparing whether to start with half of its counterpart
 */
export function openViewer(pictures: readonly WirePicture[], at: number, comparing: boolean): Promise<void> {
	let index = at;
	const step = (by: number) => {
		index = (index + by + pictures.length) % pictures.length;
		show(NONE);
	};
	const title = h('h2', { id: 'viewer-title' });
	const description = h('div', { class: 'viewer-description' });
	const stage = h('div', { class: 'viewer-stage' });
	const compare = h('div', { class: 'viewer-compare' });
	const download = h('a', { class: 'icon' }, icon('download'));
	const close = iconButton('close', 'Close', () => dialog.close());
	const fullScreen = iconButton('enlarge', 'Full screen (F)', () => void toggleFullScreen());
	// A dialog itself may not go full screen.
	const body = h(
		'div',
		{ class: 'viewer-body' },
		h('div', { class: 'viewer-head' }, title, h('div', { class: 'viewer-tools' }, fullScreen, download, close)),
		stage,
		compare,
		description,
	);
	if (pictures.length > 1) {
		body.append(
			h(
				'div',
				{ class: 'viewer-steps' },
				iconButton('previous', 'Previous picture', () => step(-1)),
				iconButton('next', 'Next picture', () => step(1)),
			),
		);
	}
	const dialog = h('dialog', { class: 'viewer', 'aria-labelledby': title.id }, body);
	dialog.addEventListener('keydown', (event) => {
		if (event.key.toLowerCase() === 'f' && !event.ctrlKey && !event.metaKey) void toggleFullScreen();
		else if (event.target instanceof HTMLInputElement || pictures.length < 2) return;
		else if (event.key === 'ArrowLeft') step(-1);
		else if (event.key === 'ArrowRight') step(1);
		else return;
		event.preventDefault();
	});

	async function toggleFullScreen(): Promise<void> {
		if (document.fullscreenElement) await document.exitFullscreen();
		// If the browser does not allow it, the viewer stays in the window.
		else await body.requestFullscreen().catch(() => {});
	}

	function show(seen: number): void {
		const { url, width, height, alt, filename, against } = pictures[index];
		title.textContent = pictures.length > 1 ? `Picture ${index + 1} of ${pictures.length}` : 'Picture';
		download.href = url;
		download.download = filename;
		for (const name of ['aria-label', 'title']) download.setAttribute(name, `Download ${filename}`);
		const frame = h('div', { class: 'viewer-frame' }, h('img', { src: url, alt }));
		frame.style.setProperty('--ratio', String(width / height));
		// Smooths letters, but not the model's pixels.
		frame.classList.toggle('large', width > 512);
		if (against) frame.append(h('img', { src: against.url, alt: '', class: 'counterpart' }));
		stage.replaceChildren(frame);
		compare.hidden = !against;
		const hadFocus = [compare, description].some((part) => part.contains(document.activeElement));
		compare.replaceChildren(...(against ? comparison(frame, against.labels, seen) : []));
		description.replaceChildren(...caption(pictures[index]));
		if (hadFocus) close.focus();
	}

	show(comparing ? HALF : NONE);
	close.autofocus = true;
	return untilClosed(dialog);
}

/** What the picture shows, with a button for its whole description. */
function caption({ alt, filename }: WirePicture): HTMLElement[] {
	const text = h('p', { id: 'viewer-caption', class: 'viewer-caption' }, firstSentence(alt));
	const button = descriptionButton(text, filename, (whole) => {
		text.textContent = whole ? alt : firstSentence(alt);
		// A long one can be scrolled by keyboard.
		text.tabIndex = whole ? 0 : -1;
	});
	return [text, button];
}

/** The slider between a picture and its counterpart, with a button for all of each. */
function comparison(
	frame: HTMLElement,
	[picture, counterpart]: readonly [string, string],
	seen: number,
): HTMLElement[] {
	const slider = h('input', {
		type: 'range',
		min: '0',
		max: String(ALL),
		'aria-label': `How much shows ${counterpart}, from the left; the rest shows ${picture}`,
	});
	const set = (value: number) => {
		slider.value = String(value);
		frame.style.setProperty('--hidden', `${ALL - value}%`);
	};
	slider.addEventListener('input', () => set(Number(slider.value)));
	set(seen);
	const whole = (label: string, value: number) =>
		h('button', { type: 'button', class: 'plain small', onclick: () => set(value) }, label);
	return [whole(counterpart, ALL), slider, whole(picture, NONE)];
}
