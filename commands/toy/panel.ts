/** Pieces of the plane as drawings: points, arrows and paths in a square, as SVG. */
import type { Points } from '../../gpu/jobs/index.ts';
import { INK, RULE } from '../figures/style.ts';

/** How much of the plane is seen: from −REACH to REACH on both axes, which includes all shapes. */
const REACH = 5;

/** The square that shows it, in pixels. */
export interface Place {
	readonly left: number;
	readonly top: number;
	readonly side: number;
}

/** The layers, lowest first, on white with a hairline border. */
export function panel(place: Place, layers: readonly string[]): string {
	const box = boxOf(place);
	return `<rect ${box} fill="#ffffff"/>${inside(place, layers)}<rect ${box} fill="none" stroke="${RULE}" stroke-width="2"/>`;
}

/** The layers alone, to be laid over a panel; anything outside it is cut off. */
export function inside(place: Place, layers: readonly string[]): string {
	const view = `viewBox="${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}"`;
	return `<svg ${boxOf(place)} ${view} fill="none" stroke-linecap="round" stroke-linejoin="round">${layers.join('')}</svg>`;
}

const boxOf = ({ left, top, side }: Place) => `x="${left}" y="${top}" width="${side}" height="${side}"`;

/** How something is drawn; lengths in units of the plane. */
export interface Pen {
	readonly colour: string;
	readonly width: number;
	readonly opacity?: number;
}

/** A dot at each of the points, as wide as the pen. */
export function dots(points: Points, { colour, width, opacity = 1 }: Pen): string {
	const r = width / 2;
	const arc = (dx: number) => `a${r} ${r} 0 1 0 ${dx} 0`;
	const circles = pairs(points).map(([x, y]) => `M${f(x - r)} ${-y}${arc(width)}${arc(-width)}`);
	return `<path d="${circles.join('')}" fill="${colour}" fill-opacity="${opacity}"/>`;
}

/** A line along the points. */
export function path(points: Points, pen: Pen): string {
	return stroke(
		[
			`M${pairs(points)
				.map(([x, y]) => `${x} ${-y}`)
				.join('L')}`,
		],
		pen,
	);
}

/** The length of an arrowhead's two strokes, as a fraction of the arrow's. */
const HEAD = 0.35;
/** The angle between them and the arrow, in radians. */
const HEAD_ANGLE = 0.5;

/** Vectors from length `vector` on are drawn as arrows of length `arrow`: longer ones, far out, would hide all others. */
const LONGEST = { vector: 3, arrow: 0.72 };
/** Shorter ones would be specks. */
const SHORTEST_ARROW = 0.1;

/** An arrow centred on each point, for the vector that belongs to it. */
export function arrows(points: Points, vectors: Points, pen: Pen): string {
	const places = pairs(points);
	const drawn = pairs(vectors).flatMap(([dx, dy], i) => {
		const length = LONGEST.arrow * Math.min(1, Math.hypot(dx, dy) / LONGEST.vector);
		return length < SHORTEST_ARROW ? [] : [arrow(places[i], Math.atan2(dy, dx), length)];
	});
	return stroke(drawn, pen);
}

function arrow([x, y]: readonly [number, number], angle: number, length: number): string {
	const away = (from: readonly [number, number], by: number, towards: number) =>
		[from[0] + by * Math.cos(towards), from[1] + by * Math.sin(towards)] as const;
	const tip = away([x, y], length / 2, angle);
	const tail = away([x, y], -length / 2, angle);
	const [left, right] = [HEAD_ANGLE, -HEAD_ANGLE].map((turn) => away(tip, -HEAD * length, angle + turn));
	const at = ([px, py]: readonly [number, number]) => `${f(px)} ${f(-py)}`;
	return `M${at(tail)}L${at(tip)}M${at(left)}L${at(tip)}L${at(right)}`;
}

/** A ring around each of the points, where paths start. */
export function rings(points: Points, pen: Pen, radius: number): string {
	const circles = pairs(points).map(([x, y]) => `<circle cx="${x}" cy="${-y}" r="${radius}"/>`);
	return `<g fill="#ffffff" stroke="${pen.colour}" stroke-width="${pen.width}">${circles.join('')}</g>`;
}

/** The layer behind everything else: where the data are. */
export const ground = (data: Points): string => dots(data, { colour: INK, width: 0.11, opacity: 0.16 });

function stroke(parts: readonly string[], { colour, width, opacity = 1 }: Pen): string {
	return `<path d="${parts.join('')}" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}"/>`;
}

const f = (value: number) => value.toFixed(3);

function pairs(points: Points): [x: number, y: number][] {
	return Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]]);
}
