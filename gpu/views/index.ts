/** The table of views: adding one is one entry here. Reaches no model and no ONNX, so that commands may read it too. */
import { UserError } from '../errors.ts';
import { permutationView } from './permutation.ts';
import type { View, ViewAnimation } from './view.ts';

export interface ViewEntry {
	/** What happens to the picture, in a few words for a list of choices. */
	readonly summary: string;
	/**
	 * The view for pictures of side `size`: 28 (digits), 64 (stage I) or 256 (stage II), in pixels. A view that cuts the
	 * picture into parts cuts it in proportion, so that the 256 and the 64 of one picture show the same.
	 */
	readonly create: (size: number) => View;
	readonly animation: ViewAnimation;
}

export const VIEWS = {
	flip: {
		summary: 'upside down (mirrored top to bottom)',
		create: (size) => permutationView(size, (row, column) => [size - 1 - row, column]),
		animation: { kind: 'turn-over' },
	},
} satisfies Record<string, ViewEntry>;

export type ViewName = keyof typeof VIEWS;

export const VIEW_NAMES = Object.keys(VIEWS) as readonly ViewName[];

/** The name of a view as a job carries it (any case, spaces around). Throws a UserError that lists the views. */
export function parseView(text: string): ViewName {
	const name = text.trim().toLowerCase();
	const known = VIEW_NAMES.find((view) => view === name);
	if (!known) throw new UserError(`There is no view "${text.trim()}"; the views are: ${VIEW_NAMES.join(', ')}.`);
	return known;
}
