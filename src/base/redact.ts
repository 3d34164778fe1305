/** Takes secrets out of text that is kept or shown, such as the lines of the log. */

/** Stands in their place. */
export const REDACTED = '[secret]';

/** Shorter values guard nothing, and would blacken half of every line. */
const MIN_CHARACTERS = 8;

/** What must not be seen. */
export interface Secrets {
	/** In whatever text they stand: plain, in an address, in JSON, in base64. */
	readonly values: readonly string[];
	/** Secret by their form, whosesoever they are; of the first group of each the text keeps what it says. All are global. */
	readonly forms: readonly RegExp[];
}

/** @returns what takes them out of a text */
export function createRedactor({ values: secrets, forms }: Secrets): (text: string) => string {
	const hidden = new Set(secrets.filter(({ length }) => length >= MIN_CHARACTERS).flatMap(spellings));
	// The longest first: one may begin with another.
	const values = [...hidden].sort((a, b) => b.length - a.length).map(literally);
	const known = values.length > 0 ? new RegExp(values.join('|'), 'g') : undefined;
	return (text) => {
		const without = known ? text.replace(known, REDACTED) : text;
		return forms.reduce((rest, form) => rest.replace(form, `$1${REDACTED}`), without);
	};
}

function spellings(secret: string): string[] {
	const bytes = Buffer.from(secret);
	const base64 = bytes.toString('base64').replace(/=+$/, '');
	return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64, bytes.toString('base64url')];
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
