/** Small helpers for building elements. */

type Value = string | number | boolean | undefined | ((event: never) => void);
type Child = Node | string | undefined | false;

/**
 * @param properties functions such as `onclick` become listeners; what the element has as a property is set as one, the rest
 *   as attributes; undefined and false are skipped
 */
export function h<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	properties: Readonly<Record<string, Value>> = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (value === undefined || value === false) continue;
		if (typeof value === 'function') element.addEventListener(name.slice(2), value as unknown as EventListener);
		else if (name in element && name !== 'style') Object.assign(element, { [name]: value });
		else element.setAttribute(name, value === true ? '' : String(value));
	}
	element.append(...children.filter((child) => child !== undefined && child !== false));
	return element;
}

/** The page's element with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
	const element = document.getElementById(id);
	if (!element) throw new Error(`byId: the page has no #${id}`);
	return element as T;
}

/** Moves the focus to where people write, when what had it is gone. */
export function focusComposer(): void {
	const composer = byId('composer');
	focusFirst([
		...composer.querySelectorAll('textarea, select, input:not([type=file])'),
		...composer.querySelectorAll('.send'),
	]);
}

/** Makes a change within an element. Should it take the focused one away, the focus moves to what comes in its place. */
export function keepFocus(element: HTMLElement, change: () => void): void {
	const focused = document.activeElement;
	const at = focused ? placesIn(element).indexOf(focused) : -1;
	change();
	if (!focused || at === -1 || document.activeElement === focused) return;
	const near = placesIn(element)
		.slice(0, at + 1)
		.reverse();
	if (!focusFirst([focused, ...near])) focusComposer();
}

const placesIn = (element: HTMLElement) => [...element.querySelectorAll('a[href], button, input, summary, [tabindex]')];

/** Focuses the first that can have the focus: one that is in the page and not hidden. @returns whether there is one */
const focusFirst = (elements: readonly Element[]): boolean =>
	elements.some((element) => {
		(element as HTMLElement).focus();
		return document.activeElement === element;
	});

let ids = 0;

/** An id that no other element has, for connecting labels and descriptions with controls. */
export function freshId(prefix: string): string {
	ids += 1;
	return `${prefix}-${ids}`;
}

/** Stroked paths in a 24 x 24 box. */
const ICONS = {
	again: 'M20 11.5a8 8 0 1 1-2.4-5.2L20 8.5M20 3.5v5h-5',
	alert: 'M12 8v5m0 3.5v.01M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z',
	attach:
		'M21 11.5 12.5 20a5.5 5.5 0 0 1-7.8-7.8l8.9-8.900a3.7 3.7 0 0 1 5.2 5.200l-8.9 8.900a1.8 1.8 0 0 1-2.6-2.600L15.5 6.6',
	bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500h4',
	brush:
		'M4 20c3 0 5-1 5-3.500A2.5 2.5 0 0 0 6.5 14C4 14 4.5 17.5 4 20zM9 14.5 19 4.500a1.8 1.8 0 0 1 2.5 2.500L11.5 17',
	close: 'M6 6l12 12M18 6 6 18',
	compare: 'M12 3v18M4 6h5v12H4zM20 6h-5v12h5z',
	down: 'M12 5v14m0 0 6.5-6.500M12 19l-6.5-6.5',
	download: 'M12 4v11m0 0 4.5-4.500M12 15l-4.5-4.500M5 20h14',
	enlarge: 'M4 10V4h6M20 14v6h-6M4 4l7 7M20 20l-7-7',
	eraser:
		'M8.5 19.5 3.5 14.500a1.5 1.5 0 0 1 0-2L12 4a1.5 1.5 0 0 1 2 0l6 6a1.5 1.5 0 0 1 0 2l-7.5 7.500zM7 9l8 8M8.5 19.500H20',
	fill: 'm4 12 7-7 8 8-7 7a2 2 0 0 1-3 0l-5-5a2 2 0 0 1 0-3zM9 3l3 3M20.500 16c1 1.500 1.500 2.500 1 3.500s-2.500 1-3 0 0-2 2-3.500z',
	flip: 'M12 3 5 10h14zM12 21l-7-7h14z',
	gallery: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
	next: 'm9 5 7 7-7 7',
	picture: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 9v.01',
	previous: 'm15 5-7 7 7 7',
	redo: 'M20 9H10a5.5 5.5 0 0 0 0 11h3M20 9l-4-4M20 9l-4 4',
	reuse: 'M4 20h4L19.5 8.5a2.8 2.8 0 0 0-4-4L4 16zM13.5 6.5l4 4',
	send: 'M12 19V5m0 0-6.5 6.500M12 5l6.5 6.5',
	sliders: 'M4 7h9m4 0h3M4 17h3m4 0h9M15 4.500v5M9 14.500v5',
	star: 'm12 3.500 2.600 5.600 6 .7-4.500 4.200 1.200 6-5.300-3-5.300 3 1.200-6L3.400 9.800l6-.7z',
	stop: 'M6 6h12v12H6z',
	trash: 'M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13',
	vary: 'M5 6h9v9H5zM10 15v4h9v-9h-5',
	undo: 'M4 9h10a5.5 5.5 0 0 1 0 11h-3M4 9l4-4M4 9l4 4',
} as const;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
	const namespace = 'http://www.w3.org/2000/svg';
	const svg = document.createElementNS(namespace, 'svg');
	const path = document.createElementNS(namespace, 'path');
	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('aria-hidden', 'true');
	path.setAttribute('d', ICONS[name]);
	svg.append(path);
	return svg;
}

/** A button that shows only an icon; the label is its accessible name and its tooltip. */
export function iconButton(name: IconName, label: string, onclick: (event: MouseEvent) => void): HTMLButtonElement {
	return h('button', { type: 'button', class: 'icon', 'aria-label': label, title: label, onclick }, icon(name));
}
