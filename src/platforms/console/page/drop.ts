/** Takes files that are pasted or dropped on the page, and results that are dragged within it. */
import { toast } from './announce.ts';
import { pictureFile } from './api.ts';
import { dialogIsOpen } from './dialog.ts';

/** The type of the data that a dragged result carries: its address and its name, as JSON. */
const PICTURE_TYPE = 'application/x-flipside-picture';

/** Lets a result be dragged into a field of the page. */
export function carryPicture({ dataTransfer }: DragEvent, url: string, filename: string): void {
	dataTransfer?.setData(PICTURE_TYPE, JSON.stringify({ url, filename }));
}

/**
 * @param on where the file was dropped
 * @param isOwn whether it is a result that the page shows
 */
export type OnFile = (file: File, on: Element | undefined, isOwn: boolean) => void;

/** Reports files that are pasted or dropped anywhere on the page. */
export function listenForFiles(overlay: HTMLElement, onFile: OnFile): void {
	const place = ({ target }: Event) => (target instanceof Element ? target : undefined);
	const first = (data: DataTransfer | null) => [...(data?.files ?? [])].find((file) => file.size > 0);
	const isTaken = ({ dataTransfer }: DragEvent) =>
		!dialogIsOpen() && ['Files', PICTURE_TYPE].some((type) => dataTransfer?.types.includes(type));
	document.addEventListener('paste', (event) => {
		const file = first(event.clipboardData);
		if (!file || dialogIsOpen()) return;
		event.preventDefault();
		onFile(file, place(event), false);
	});
	document.addEventListener('dragover', (event) => {
		if (!isTaken(event)) return;
		event.preventDefault();
		overlay.hidden = false;
	});
	document.addEventListener('dragleave', (event) => {
		if (event.relatedTarget === null) overlay.hidden = true;
	});
	document.addEventListener('dragend', () => {
		overlay.hidden = true;
	});
	document.addEventListener('drop', (event) => {
		overlay.hidden = true;
		if (!isTaken(event)) return;
		event.preventDefault();
		const on = place(event);
		const own = event.dataTransfer?.getData(PICTURE_TYPE);
		const file = first(event.dataTransfer);
		if (own) void ownFile(own).then((picture) => picture && onFile(picture, on, true));
		else if (file) onFile(file, on, false);
	});
}

/** Fetches a dragged result. If it is gone, says so and returns undefined. */
async function ownFile(carried: string): Promise<File | undefined> {
	const { url, filename } = JSON.parse(carried);
	return pictureFile(url, filename).catch(() => {
		toast(`${filename} is no longer available.`);
		return undefined;
	});
}
