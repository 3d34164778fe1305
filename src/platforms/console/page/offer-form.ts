/** Offers the form that would make a picture again, if the picture has an imprint. */
import type { WirePressed } from '../wire.ts';
import { toast } from './announce.ts';
import { formOf } from './api.ts';

/** How many bytes of a file to search, since the imprint comes before the pixels. */
const HEAD_BYTES = 2 ** 16;

/** Comes before the imprint in a PNG. */
const KEYWORD = 'flipside\0';

/** @param fill opens a form, filled in */
export async function offerForm(file: File, fill: (form: NonNullable<WirePressed['form']>) => void): Promise<void> {
	const head = await file.slice(0, HEAD_BYTES).arrayBuffer();
	// The server checks the imprint, and whether this bot can do what it says.
	if (!new TextDecoder('latin1').decode(head).includes(KEYWORD)) return;
	const answer = await formOf(file);
	// Without a usable imprint it is an ordinary picture.
	if ('error' in answer || !answer.form) return;
	const { form } = answer;
	toast(`${file.name} says how it was made.`, [
		{ label: `Open /${form.command} with its settings`, take: () => fill(form) },
	]);
}
