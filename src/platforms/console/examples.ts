/** The examples of the first visit: requests that anyone can run at once, each with the picture that the bot made for it. */
import { readFile } from 'node:fs/promises';
import type { Asset } from './asset.ts';
import type { WireExample } from './wire.ts';

export interface Example {
	readonly title: string;
	/** With the bundled model on a CPU, this makes exactly the picture shown. */
	readonly line: string;
	/** The file in `assets/examples` that the line names. */
	readonly upload?: string;
	/** The file in `assets/console`, drawn by assets/console/draw.ts. */
	readonly picture: string;
	/** Turns the picture over to show its other reading. */
	readonly flips?: true;
}

export const EXAMPLES: readonly Example[] = [
	{
		title: 'A heart that is a skull upside down',
		line: '/anagram "a heart" "a skull" --seed 8',
		picture: 'anagram.webp',
		flips: true,
	},
	{
		title: 'A sketch turned into a picture',
		line: '/edit house-sketch.png "a house" --start 5 --seed 4169011955',
		upload: 'house-sketch.png',
		picture: 'edit.webp',
	},
	{
		title: 'A picture of what you describe',
		line: '/generate "a photo of a dog" --seed 188',
		picture: 'generate.webp',
	},
	{
		title: 'A tree that is a skull from afar',
		line: '/hybrid "a lithograph of a skull" "a tree" --seed 1',
		picture: 'hybrid.webp',
	},
	{ title: 'Digits from noise', line: '/mnist sample 2026 --seed 5', picture: 'digits.webp' },
	{ title: 'Points that form a shape', line: '/toy spiral --seed 1', picture: 'toy.webp' },
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

/** @returns the examples' files by the path that each is served at */
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
