/** Finds the web addresses of pictures in what people write. */

const ADDRESS = /https:\/\/[^\s<>|"'()[\]]+/gi;
const PICTURE = /\.(?:png|jpe?g|webp|gif|avif)$/i;

/** No option accepts a longer address, in characters. */
const MAX_ADDRESS = 2000;

export const linkedPictures = (text: string): readonly string[] =>
	(text.match(ADDRESS) ?? []).filter((address) => isAddress(address) && PICTURE.test(new URL(address).pathname));

/** Whether a picture may be fetched from an address. */
export const isAddress = (address: string | null | undefined): address is string =>
	typeof address === 'string' &&
	address.length <= MAX_ADDRESS &&
	URL.canParse(address) &&
	new URL(address).protocol === 'https:';
