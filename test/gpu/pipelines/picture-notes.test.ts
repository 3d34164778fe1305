import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureNotes } from '../../../gpu/pipelines/picture-notes.ts';
import { toyContext } from './toy.ts';

const square = (alpha: number) =>
	sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 200, g: 0, b: 0, alpha } } })
		.png()
		.toBuffer();

const notesOf = (alpha: number) => pictureNotes('a'.repeat(64), toyContext({ loadBytes: () => square(alpha) }));

describe('pictureNotes', () => {
	it('says that white was taken where a picture can be seen through', async () => {
		expect(await notesOf(0.5)).toEqual(['Where the picture is transparent, white was taken.']);
	});

	it('says nothing of a picture that has an alpha channel and is opaque', async () => {
		expect(await notesOf(1)).toEqual([]);
	});
});
