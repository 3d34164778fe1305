/** Pictures as people send them. */
import sharp from 'sharp';
import { fetchPicture } from '../../src/uploads/fetch-picture.ts';

export async function sketch(name = 'sketch.png', width = 48, height = 32) {
	const bytes = await sharp({ create: { width, height, channels: 3, background: '#b04030' } })
		.png()
		.toBuffer();
	return { name, type: 'image/png', bytes };
}

export const WEB_PICTURE = 'https://pictures.test/web.png';

/** Fetches WEB_PICTURE without a network, and other addresses for real. */
export const fetchFromTests: typeof fetchPicture = async (address) => {
	if (address !== WEB_PICTURE) return fetchPicture(address);
	return { bytes: (await sketch()).bytes, name: 'web.png' };
};
