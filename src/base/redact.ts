/** Takes secrets out of text that is kept or shown, such as the lines of the log. */

/** Stands in their place. */
export const REDACTED = '[secret]';

/** Shorter values guard nothing, and would blacken half of every line. */
const MIN_CHARACTERS = 8;

/** Secret by their form, whosesoever they are; of the first group of each the text keeps what it says. */
const FORMS: readonly RegExp[] = [
	// Slack's tokens: xoxb-…, xoxp-…, xoxe.xoxp-…, xapp-…
	/()\bx(?:ox[a-z]|app)-[\w-]{6,}/g,
	// Discord's bot tokens: a user's id, a time and a signature.
	/()\b[\w-]{20,32}\.[\w-]{6}\.[\w-]{27,}/g,
	// Whoever knows the address of an interaction, a webhook or a response may write in the bot's name.
	/(\/(?:interactions|webhooks)\/\d+\/)[\w-]+/g,
	/(\bhooks\.slack\.com\/)[\w/-]+/g,
];

/**
 * @param secrets values that must not be seen, in whatever text they stand: plain, in an address, in JSON, in base64
 * @returns what replaces them, and whatever has the form of a token
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
	const hidden = new Set(secrets.filter(({ length }) => length >= MIN_CHARACTERS).flatMap(spellings));
	// The longest first: one may begin with another.
	const values = [...hidden].sort((a, b) => b.length - a.length).map(literally);
	const known = values.length > 0 ? new RegExp(values.join('|'), 'g') : undefined;
	return (text) => {
		const without = known ? text.replace(known, REDACTED) : text;
		return FORMS.reduce((rest, form) => rest.replace(form, `$1${REDACTED}`), without);
	};
}

function spellings(secret: string): string[] {
	const bytes = Buffer.from(secret);
	const base64 = bytes.toString('base64').replace(/=+$/, '');
	return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64, bytes.toString('base64url')];
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
