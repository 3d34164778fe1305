/** Finds what the page cuts off. Each function runs in the page and returns one line for each problem. */

/** Text and controls that reach beyond the window's sides, or beyond an ancestor that hides what does not fit. */
export function cutOff(): string[] {
	const found: string[] = [];
	const { clientWidth } = document.documentElement;
	const isSeen = (element: Element) =>
		element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest('.unseen, .skip');
	const hasText = (element: Element) =>
		[...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
	for (const element of document.querySelectorAll('body *')) {
		if (!isSeen(element) || !(hasText(element) || element.matches('button, input, select, textarea, img'))) continue;
		const { left, right, top, bottom, width } = element.getBoundingClientRect();
		const name = `${element.localName}.${element.className} “${element.textContent?.trim().slice(0, 40)}”`;
		if (width > 0 && (left < -0.5 || right > clientWidth + 0.5)) found.push(`${name} from ${left} to ${right}`);
		for (let box: Element | null = element; box && box !== document.body; box = box.parentElement) {
			const { overflowX, overflowY } = getComputedStyle(box);
			const frame = box.getBoundingClientRect();
			const isClippedX = overflowX === 'hidden' && (left < frame.left - 1 || right > frame.right + 1);
			const isClippedY = overflowY === 'hidden' && (top < frame.top - 1 || bottom > frame.bottom + 1);
			const isTooLong = box === element && overflowX === 'hidden' && box.scrollWidth > box.clientWidth + 1;
			if (isClippedX || isClippedY || isTooLong) found.push(`${name} in ${box.className}`);
		}
	}
	return found;
}

/** Placeholders that are longer than their fields; those of text boxes may take several lines. */
export function longPlaceholders(): string[] {
	const boxes = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea');
	return [...boxes].flatMap((box) => {
		const { placeholder, clientWidth, clientHeight } = box;
		if (!placeholder || !box.checkVisibility()) return [];
		const { font, padding, whiteSpace } = getComputedStyle(box);
		const copy = document.createElement('div');
		copy.textContent = placeholder;
		const wraps = box instanceof HTMLTextAreaElement ? whiteSpace : 'nowrap';
		Object.assign(copy.style, { position: 'absolute', font, padding, width: `${clientWidth}px`, whiteSpace: wraps });
		document.body.append(copy);
		const fits = copy.scrollWidth <= clientWidth && copy.clientHeight <= clientHeight + 1;
		copy.remove();
		return fits ? [] : [`${box.closest('[data-option]')?.getAttribute('data-option')} “${placeholder}”`];
	});
}

/** Short words that continue on the next line: there was no room for them. */
export function brokenWords(): string[] {
	const found: string[] = [];
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let text = texts.nextNode(); text; text = texts.nextNode()) {
		if (!text.parentElement?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
		for (const { index, 0: word } of (text.textContent ?? '').matchAll(/\p{L}{2,12}/gu)) {
			const range = document.createRange();
			range.setStart(text, index);
			range.setEnd(text, index + word.length);
			if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1)
				found.push(`“${word}” of “${text.textContent}”`);
		}
	}
	return found;
}
