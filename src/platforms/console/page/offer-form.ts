/** Offers the form that makes a picture again, where the picture itself says how it was made. */
import type { WirePressed } from '../wire.ts';
import { toast } from './announce.ts';
import { formOf } from './api.ts';

/** What is said of how a picture was made stands before the picture, in so many bytes. */
const HEAD_BYTES = 2 ** 16;

/** Stands before our own text in a PNG. */
const KEYWORD = 'flipside\0';

/** @param fill opens a form, filled in */
export async function offerForm(file: File, fill: (form: NonNullable<WirePressed['form']>) => void): Promise<void> {
	const head = await file.slice(0, HEAD_BYTES).arrayBuffer();
	// Whether that is true, and what can be asked for here, the server looks into.
	if (!new TextDecoder('latin1').decode(head).includes(KEYWORD)) return;
	const answer = await formOf(file);
	// A picture that says nothing of use is a picture all the same.
	if ('error' in answer || !answer.form) return;
	const { form } = answer;
	toast(`${file.name} says how it was made.`, [
		{ label: `Open /${form.command} with its settings`, take: () => fill(form) },
	]);
}
