/** What a first visit shows: requests that anybody can run at once, each with the picture that the bot made of it. */
import { readFile } from 'node:fs/promises';
import type { Asset } from './asset.ts';
import type { WireExample } from './wire.ts';

export interface Example {
	readonly title: string;
	/** With the bundled model and without a GPU it makes exactly the picture shown. */
	readonly line: string;
	/** A file of `assets/examples` that the line names. */
	readonly upload?: string;
	/** Of `assets/console`; assets/console/draw.ts draws it. */
	readonly picture: string;
	/** The picture is seen to turn over. */
	readonly flips?: true;
}

export const EXAMPLES: readonly Example[] = [
	{
		title: 'A heart, upside down a skull',
		line: '/anagram "a heart" "a skull" --seed 8',
		picture: 'anagram.webp',
		flips: true,
	},
	{
		title: 'A sketch made a picture',
		line: '/edit house-sketch.png "a house" --start 5 --seed 4169011955',
		upload: 'house-sketch.png',
		picture: 'edit.webp',
	},
	{ title: 'What you describe', line: '/generate "a photo of a dog" --seed 188', picture: 'generate.webp' },
	{
		title: 'A skull; from afar, a tree',
		line: '/hybrid "a lithograph of a skull" "a tree" --seed 1',
		picture: 'hybrid.webp',
	},
	{ title: 'Digits out of noise', line: '/mnist sample 2026 --seed 5', picture: 'digits.webp' },
	{ title: 'Points that learn a shape', line: '/toy spiral --seed 1', picture: 'toy.webp' },
];

const UPLOADS = new URL('../../../assets/examples/', import.meta.url);
const PICTURES = new URL('../../../assets/console/', import.meta.url);

const addressOf = (file: string) => `/examples/${file}`;

export const wireExamples = (): readonly WireExample[] =>
	EXAMPLES.map(({ title, line, upload, picture, flips }) => ({
		title,
		line,
		picture: addressOf(picture),
		...(upload && { upload: { url: addressOf(upload), name: upload } }),
		...(flips && { flips }),
	}));

/** The files of the examples, by the paths that they are served at. */
export async function exampleFiles(): Promise<ReadonlyMap<string, Asset>> {
	const files = EXAMPLES.flatMap(({ upload, picture }) => [
		{ name: picture, type: 'image/webp', folder: PICTURES },
		...(upload ? [{ name: upload, type: 'image/png', folder: UPLOADS }] : []),
	]);
	const entries = files.map(async ({ name, type, folder }): Promise<[string, Asset]> => {
		return [addressOf(name), { type, body: new Uint8Array(await readFile(new URL(name, folder))) }];
	});
	return new Map(await Promise.all(entries));
}
