/** The table of views; to add one, add an entry. Imports no model and no ONNX, so that commands may import it. */
import { UserError } from '../errors.ts';
import { INNER_CIRCLE_RADIUS, innerCircleView } from './inner-circle.ts';
import { jigsawView } from './jigsaw.ts';
import { negateView } from './negate.ts';
import { patchesView } from './patches.ts';
import { permutationView } from './permutation.ts';
import { reasonAgainst } from './refused.ts';
import { skewView } from './skew.ts';
import { squareHingeView } from './square-hinge.ts';
import { rotationView } from './turn.ts';
import type { View, ViewAnimation } from './view.ts';

export interface ViewEntry {
	/** What happens to the picture, in a few words for a list of choices. */
	readonly summary: string;
	/**
	 * The view for pictures of side `size`: 28 (digits), 64 (stage I) or 256 (stage II), in pixels. A view that cuts the
	 * picture into parts cuts it in proportion, so that a picture shows the same at 256 as at 64.
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
	rotate_180: {
		summary: 'rotated by half a turn',
		create: (size) => rotationView(size, 2),
		animation: { kind: 'rotate', degrees: 180 },
	},
	rotate_cw: {
		summary: 'rotated clockwise by a quarter turn',
		create: (size) => rotationView(size, 1),
		animation: { kind: 'rotate', degrees: 90 },
	},
	rotate_ccw: {
		summary: 'rotated anticlockwise by a quarter turn',
		create: (size) => rotationView(size, -1),
		animation: { kind: 'rotate', degrees: -90 },
	},
	negate: {
		summary: 'in opposite colours, like a photographic negative',
		create: () => negateView,
		animation: { kind: 'fade' },
	},
	skew: {
		summary: 'slanted: every column rolled down by 1.5 pixels more than the one before',
		create: skewView,
		animation: { kind: 'travel' },
	},
	patch_permute: {
		summary: 'cut into 8 x 8 squares, which are shuffled',
		create: (size) => patchesView(size, 8),
		animation: { kind: 'travel' },
	},
	pixel_permute: {
		summary: 'all pixels shuffled; works, but looks worst',
		create: (size) => patchesView(size, 64),
		animation: { kind: 'travel' },
	},
	jigsaw: {
		summary: 'a jigsaw puzzle of 4 x 4 pieces, put together in another way',
		create: jigsawView,
		animation: { kind: 'travel' },
	},
	inner_circle: {
		summary: 'a disc in the middle rotated by half a turn',
		create: innerCircleView,
		animation: { kind: 'rotate', degrees: 180, radius: INNER_CIRCLE_RADIUS },
	},
	square_hinge: {
		summary: 'nine squares hinged at their corners, each rotated by a quarter turn',
		create: squareHingeView,
		animation: { kind: 'travel' },
	},
} satisfies Record<string, ViewEntry>;

export type ViewName = keyof typeof VIEWS;

export const VIEW_NAMES = Object.keys(VIEWS) as readonly ViewName[];

/**
 * A view's name, as jobs carry it, from text in any case and with spaces around it. Throws a UserError that lists the views
 * and, for a view that cannot work, says why.
 */
export function parseView(text: string): ViewName {
	const name = text.trim().toLowerCase();
	const known = VIEW_NAMES.find((view) => view === name);
	if (known) return known;
	const reason = reasonAgainst(name);
	const refusal = reason ? `"${text.trim()}" cannot be a view: ${reason}` : `There is no view "${text.trim()}"`;
	throw new UserError(`${refusal}; the views are: ${VIEW_NAMES.join(', ')}.`);
}
