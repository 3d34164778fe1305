/** Pictures that people send in tests. */
import sharp from 'sharp';
import { fetchPicture } from '../../src/uploads/fetch-picture.ts';

export async function sketch(name = 'sketch.png', width = 48, height = 32) {
	const bytes = await sharp({ create: { width, height, channels: 3, background: '#b04030' } })
		.png()
		.toBuffer();
	return { name, type: 'image/png', bytes };
}

export const WEB_PICTURE = 'https://pictures.test/web.png';

/** A web with one picture in it; everything else is the real one, as far as it is asked. */
export const fetchFromTests: typeof fetchPicture = async (address) => {
	if (address !== WEB_PICTURE) return fetchPicture(address);
	return { bytes: (await sketch()).bytes, name: 'web.png' };
};
