/** The control of an option that takes a file other than a picture. */
import { fillIn } from '../../../../commands/lib/fill-in.ts';
import { EMBEDDINGS_ENDINGS } from '../../../../commands/lib/upload-kinds.ts';
import type { WireOption } from '../wire.ts';
import { h } from './dom.ts';
import { type Field, labelled } from './field.ts';
import { sizeProblem } from './upload-problem.ts';

export const ACCEPTED_EMBEDDINGS = EMBEDDINGS_ENDINGS.join();

export function fileField({ name, spec, hint }: WireOption, maxBytes: number): Field {
	const box = h('input', { type: 'file', accept: ACCEPTED_EMBEDDINGS });
	const required = spec.required === true;
	return {
		name,
		element: labelled({ name, label: spec.label, summary: spec.summary, required }, box, box),
		read: () => box.files?.[0],
		write: (value) => {
			if (typeof value === 'string') return;
			const files = new DataTransfer();
			files.items.add(value);
			box.files = files.files;
		},
		focus: () => box.focus(),
		problem: () => {
			const file = box.files?.[0];
			if (file) return sizeProblem(file, maxBytes);
			return required ? fillIn(name, hint) : undefined;
		},
	};
}
