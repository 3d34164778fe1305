/**
 * Makes the README's small versions of the course's figures from the page that `/course` writes:
 *
 *     npm run -s flipside -- course
 *     npx tsx assets/readme/draw.ts out/course.html
 */
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** What fits beside the text in the README's table, on a screen with two pixels per point. */
const WIDTH = 560;
const HEIGHT = 420;
const GAP = 8;

/** By figure, the indices of the pictures to show side by side; other figures show their first. */
const SHOWN: Readonly<Record<string, readonly number[]>> = { '0': [4, 5], '0b': [4, 5] };

const page = await readFile(process.argv[2], 'utf8');
const folder = fileURLToPath(new URL('course', import.meta.url));
await mkdir(folder, { recursive: true });
for (const [, id, figure] of page.matchAll(/<section id="f([^"]+)">(.*?)<\/section>/gs)) {
	const pictures = [...figure.matchAll(/<img src="data:image\/\w+;base64,([^"]+)"/g)];
	const shown = (SHOWN[id] ?? [0]).map((place) => {
		if (!pictures[place]) throw new Error(`figure ${id} lacks pictures; make the whole page first`);
		return Buffer.from(pictures[place][1], 'base64');
	});
	const join = { across: shown.length, shim: GAP, background: 'white' };
	await (shown.length === 1 ? sharp(shown[0]) : sharp(shown, { join }))
		.resize(WIDTH, HEIGHT, { fit: 'inside', withoutEnlargement: true })
		.webp({ quality: 82 })
		.toFile(`${folder}/${id}.webp`);
}
