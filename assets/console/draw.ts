/**
 * Makes the pictures that the console shows on a first visit, with the same requests that it shows below them:
 *
 *     npx tsx assets/console/draw.ts [number of a single picture to make, from 1]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { splitWords } from '../../commands/lib/split-words.ts';
import { EXAMPLES } from '../../src/platforms/console/examples.ts';

/** The width of a card, 208, on screens with two pixels per point. */
const SIDE = 416;

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const only = Number(process.argv[2] ?? 0);
for (const [i, { line, upload, picture }] of EXAMPLES.entries()) {
	if (only > 0 && i + 1 !== only) continue;
	const words = splitWords(line.slice(1)).map((word) => (word === upload ? path(`../examples/${upload}`) : word));
	const out = mkdtempSync(join(tmpdir(), 'flipside-example-'));
	const args = ['run', '-s', 'flipside', '--', ...words, '--out', out, '--json'];
	const said: { images: { path: string; width: number }[] } = JSON.parse(
		execFileSync('npm', args, { cwd: path('../..'), encoding: 'utf8' }),
	);
	// The widest is the sheet, if there are several pictures.
	const [{ path: file, width }] = said.images.toSorted((a, b) => b.width - a.width);
	const image = sharp(file);
	// A model's picture keeps its pixels; sheets and charts are scaled down.
	const small =
		width <= 256 ? image.resize(64, 64, { kernel: 'nearest' }) : image.resize(SIDE, SIDE, { fit: 'inside' });
	await small.webp(width <= 256 ? { lossless: true } : { quality: 82 }).toFile(path(picture));
	console.log(`${picture}: ${line}`);
}
