/**
 * Makes the README's small pictures of the course's figures out of the page that `/course` writes:
 *
 *     npm run -s flipside -- course
 *     npx tsx assets/readme/draw.ts out/course.html
 */
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** So many pixels fit beside the text in the README's table, on a screen of two pixels per point. */
const WIDTH = 560;
const HEIGHT = 420;

const page = await readFile(process.argv[2], 'utf8');
const folder = fileURLToPath(new URL('course', import.meta.url));
await mkdir(folder, { recursive: true });
for (const [, id, figure] of page.matchAll(/<section id="f([^"]+)">(.*?)<\/section>/gs)) {
	const first = /<img src="data:image\/\w+;base64,([^"]+)"/.exec(figure);
	if (!first) throw new Error(`figure ${id} has no picture: make the whole page first`);
	await sharp(Buffer.from(first[1], 'base64'))
		.resize(WIDTH, HEIGHT, { fit: 'inside', withoutEnlargement: true })
		.webp({ quality: 82 })
		.toFile(`${folder}/${id}.webp`);
}
