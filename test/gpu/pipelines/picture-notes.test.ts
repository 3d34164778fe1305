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
	it('says that transparent parts of a picture were treated as white', async () => {
		expect(await notesOf(0.5)).toEqual(['Transparent parts of the picture were treated as white.']);
	});

	it('has none for an opaque picture with an alpha channel', async () => {
		expect(await notesOf(1)).toEqual([]);
	});
});
