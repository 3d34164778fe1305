/** Removes secrets from text that is stored or shown, such as log lines. */

/** What replaces a secret. */
export const REDACTED = '[secret]';

/** Shorter values protect nothing, and redacting them would black out half of every line. */
const MIN_CHARACTERS = 8;

/** What must never be shown. */
export interface Secrets {
	/** Removed in every spelling: plain, URL-encoded, in JSON and in base64. */
	readonly values: readonly string[];
	/** Global patterns of secrets, no matter whose they are. The text keeps what the first group matches. */
	readonly forms: readonly RegExp[];
}

/** @returns a function that removes the secrets from a text */
export function createRedactor({ values: secrets, forms }: Secrets): (text: string) => string {
	const hidden = new Set(secrets.filter(({ length }) => length >= MIN_CHARACTERS).flatMap(spellings));
	// The longest first: one secret may start with another.
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
