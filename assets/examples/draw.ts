/**
 * Draws the example pictures beside this file: `npx tsx assets/examples/draw.ts`.
 *
 * They replace what the course asks students to bring: a photo of a tower, two photos of their own, a drawing from the
 * web, and two hand-drawn sketches. All are our own except the drawing from the web, penguin.svg, which names its authors.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const SIDE = 256;

/** Dots per inch at which penguin.svg, 36 points wide, is larger than SIDE. */
const PER_POINT = 600;

const svg = (body: string) =>
	`<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 256 256">${body}</svg>`;

const gradient = (id: string, stops: readonly (readonly [number, string])[]) =>
	`<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops
		.map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`)
		.join('')}</linearGradient>`;

/** Numbers in 0..1 from a seed, which make the pictures come out the same each time. */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

/** Makes a drawing look like a photo, with film grain and a soft lens. */
async function asPhoto(body: string, seed: number) {
	const next = random(seed);
	const plain = await sharp(Buffer.from(svg(body)))
		.removeAlpha()
		.blur(0.7)
		.raw()
		.toBuffer();
	const grain = plain.map((value, i) => {
		const [x, y] = [(Math.floor(i / 3) % SIDE) / SIDE - 0.5, Math.floor(i / 3 / SIDE) / SIDE - 0.5];
		const vignette = 1 - 0.45 * (x * x + y * y);
		return Math.max(0, Math.min(255, Math.round(value * vignette + (next() + next() - 1) * 9)));
	});
	return sharp(grain, { raw: { width: SIDE, height: SIDE, channels: 3 } });
}

function leaves(seed: number, count: number, [x, y, w, h]: readonly number[], colours: readonly string[]): string {
	const next = random(seed);
	return Array.from({ length: count }, () => {
		const [cx, cy, r] = [x + w * next(), y + h * next(), 4 + 7 * next()];
		return `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="${r.toFixed(1)}" fill="${colours[Math.floor(next() * colours.length)]}"/>`;
	}).join('');
}

function tower(): string {
	const slits = [112, 128, 144]
		.map((x) => `<rect x="${x - 2}" y="104" width="4" height="120" fill="#8d8577"/>`)
		.join('');
	const arches = [110, 128, 146].map((x) => `<path d="M${x - 6} 92V72a6 6 0 0 1 12 0V92z" fill="#4d4a45"/>`).join('');
	return `<defs>${gradient('sky', [
		[0, '#4f8fd0'],
		[0.7, '#b9d7ec'],
		[1, '#e6ecea'],
	])}<linearGradient id="stone"><stop offset="0" stop-color="#d9cfbd"/><stop offset=".55" stop-color="#f1eadb"/><stop offset="1" stop-color="#a89e8c"/></linearGradient></defs>
	<rect width="256" height="256" fill="url(#sky)"/>
	<ellipse cx="48" cy="58" rx="46" ry="11" fill="#fff" opacity=".7"/><ellipse cx="216" cy="88" rx="38" ry="9" fill="#fff" opacity=".6"/>
	<rect x="100" y="98" width="56" height="150" fill="url(#stone)"/>${slits}
	<rect x="95" y="60" width="66" height="40" fill="url(#stone)"/>${arches}
	<circle cx="128" cy="116" r="12" fill="#f7f4ea" stroke="#5b564c" stroke-width="2.5"/><path d="M128 109v7l5 3" stroke="#333" stroke-width="2" fill="none"/>
	<rect x="92" y="94" width="72" height="6" fill="#c6bba6"/><rect x="92" y="56" width="72" height="6" fill="#c6bba6"/>
	<path d="M98 56L128 8l30 48z" fill="#93a3a0"/><path d="M128 8l30 48h-26z" fill="#6f807e"/><rect x="127" y="0" width="2" height="12" fill="#555"/>
	<rect y="232" width="256" height="24" fill="#6d8d4e"/>
	${leaves(3, 90, [0, 186, 92, 56], ['#2f5a2c', '#3f6e34', '#4d7f3c', '#274c28'])}${leaves(9, 90, [168, 180, 96, 62], ['#2f5a2c', '#41713a', '#578a43', '#274c28'])}`;
}

function fruit(): string {
	return `<defs>${gradient('wall', [
		[0, '#9a8468'],
		[1, '#c9b391'],
	])}<radialGradient id="apple" cx=".35" cy=".3" r=".8"><stop offset="0" stop-color="#ff9d86"/><stop offset=".35" stop-color="#d8352b"/><stop offset="1" stop-color="#6b0d12"/></radialGradient>
	<radialGradient id="orange" cx=".35" cy=".3" r=".8"><stop offset="0" stop-color="#ffe0a0"/><stop offset=".4" stop-color="#f39a1f"/><stop offset="1" stop-color="#8d4a06"/></radialGradient></defs>
	<rect width="256" height="256" fill="url(#wall)"/><rect y="172" width="256" height="84" fill="#6b4428"/><rect y="172" width="256" height="5" fill="#8a5c38"/>
	<ellipse cx="134" cy="222" rx="96" ry="15" fill="#2c1a0e" opacity=".55"/>
	<circle cx="96" cy="158" r="58" fill="url(#apple)"/><path d="M96 106c-2-14 2-24 10-32" stroke="#4a2d16" stroke-width="6" fill="none" stroke-linecap="round"/>
	<path d="M104 88c10-18 32-20 44-10-10 16-30 20-44 10z" fill="#4f8a36"/><circle cx="182" cy="176" r="44" fill="url(#orange)"/>`;
}

function bay(): string {
	const next = random(21);
	const glints = Array.from({ length: 60 }, () => {
		const y = 162 + 70 * next();
		const x = 150 + (next() - 0.5) * (30 + (y - 160));
		return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(4 + 9 * next()).toFixed(1)}" height="1.6" fill="#ffe9b0" opacity=".75"/>`;
	}).join('');
	return `<defs>${gradient('dusk', [
		[0, '#27406f'],
		[0.55, '#d98a6a'],
		[1, '#f8cf88'],
	])}${gradient('sea', [
		[0, '#c98a64'],
		[0.3, '#4a6384'],
		[1, '#1d3252'],
	])}</defs>
	<rect width="256" height="160" fill="url(#dusk)"/><circle cx="150" cy="136" r="15" fill="#fff3c8"/>
	<rect y="156" width="256" height="100" fill="url(#sea)"/>${glints}
	<path d="M0 158V92l34-30 26 34 22-16 40 78z" fill="#3b3f5c"/><path d="M34 62l14 18-10-4-9 6-9-6z" fill="#f4e3dc"/><path d="M256 158V110l-28-20-30 34-28 34z" fill="#4b4a66"/>
	<path d="M0 256v-40c40-16 84-10 110 14 10 10 14 18 14 26z" fill="#2b2a2e"/><path d="M190 190h34l-8 10h-18z" fill="#31222a"/><path d="M206 188V146l18 40zM203 188v-34l-13 32z" fill="#f6ead8"/>`;
}

/** The drawing from the web, on white. */
const penguin = () => readFile(new URL('penguin.svg', import.meta.url), 'utf8');

/** Strokes through the points as an unsteady hand draws them, each drawn twice. */
function pen(seed: number, strokes: readonly string[], width: number): string {
	const next = random(seed);
	const shake = () => (next() - 0.5) * 3.6;
	return strokes
		.flatMap((stroke) => [stroke, stroke])
		.map((stroke) => {
			const points = stroke.split(' ').map((point) => point.split(',').map(Number));
			const dense = points.slice(1).flatMap(([x, y], i) => {
				const [x0, y0] = points[i];
				const parts = Math.max(1, Math.round(Math.hypot(x - x0, y - y0) / 16));
				return Array.from({ length: parts }, (_, k) => [
					x0 + ((x - x0) * (k + 1)) / parts,
					y0 + ((y - y0) * (k + 1)) / parts,
				]);
			});
			const path = [points[0], ...dense].map(([x, y]) => `${(x + shake()).toFixed(1)},${(y + shake()).toFixed(1)}`);
			return `<polyline points="${path.join(' ')}" fill="none" stroke="#23252b" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
		})
		.join('');
}

const circle = (cx: number, cy: number, r: number) =>
	Array.from({ length: 17 }, (_, i) => {
		const angle = (i * Math.PI) / 8;
		return `${(cx + r * Math.cos(angle)).toFixed(0)},${(cy + r * Math.sin(angle)).toFixed(0)}`;
	}).join(' ');

function houseSketch(): string {
	const strokes = [
		'60,220 60,120 160,120 160,220 60,220',
		'48,124 110,62 172,124',
		'98,220 98,168 124,168 124,220',
		'72,140 90,140 90,158 72,158 72,140',
		'132,140 150,140 150,158 132,158 132,140',
		'206,220 206,160',
		circle(206, 136, 28),
		circle(218, 42, 20),
		'10,222 246,222',
	];
	return `<rect width="256" height="256" fill="#fff"/>${pen(5, strokes, 3.5)}`;
}

function rocketSketch(): string {
	const strokes = [
		'128,20 104,62 100,168 156,168 152,62 128,20',
		'104,62 152,62',
		circle(128, 96, 15),
		'100,130 70,178 100,166',
		'156,130 186,178 156,166',
		'108,170 118,218 128,192 138,218 148,170',
		'40,60 40,76',
		'32,68 48,68',
		'210,50 210,66',
		'202,58 218,58',
	];
	return `<rect width="256" height="256" fill="#fff"/><path d="M104 62h48l4 106h-56z" fill="#e8eaf0"/><path d="M128 20l24 42h-48z" fill="#d9463e"/><path d="M100 130l-30 48 30-12zM156 130l30 48-30-12z" fill="#d9463e"/><circle cx="128" cy="96" r="15" fill="#6db3ea"/><path d="M108 170l10 48 10-26 10 26 10-48z" fill="#f6a32b"/>${pen(8, strokes, 4)}`;
}

const drawings: Record<string, () => Promise<sharp.Sharp>> = {
	tower: () => asPhoto(tower(), 1),
	fruit: () => asPhoto(fruit(), 2),
	bay: () => asPhoto(bay(), 3),
	penguin: async () => sharp(Buffer.from(await penguin()), { density: PER_POINT }).resize(SIDE, SIDE),
	'house-sketch': async () => sharp(Buffer.from(svg(houseSketch()))),
	'rocket-sketch': async () => sharp(Buffer.from(svg(rocketSketch()))),
};

for (const [name, draw] of Object.entries(drawings)) {
	const picture = (await draw()).flatten({ background: 'white' });
	await picture.png({ compressionLevel: 9 }).toFile(fileURLToPath(new URL(`${name}.png`, import.meta.url)));
}
