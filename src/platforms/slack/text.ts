/** Converts text to and from Slack's format. */

/**
 * Escapes the `text` of a message, the only place where Slack interprets markup, so that nothing in it becomes a mention, a link
 * or a channel (docs.slack.dev, "Formatting message text").
 */
export const escapeText = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What a mention becomes: `@ann`, or as in options for people and roles `slack:U1|ann` and, for user groups, `S1`. */
export type Mentions = 'names' | 'ids';

/** Recovers what a person typed from Slack's version of it, by undoing `<@U1|ann>`, `<http://a.b|a.b>` and entities. */
export function asTyped(text: string, mentions: Mentions = 'names'): string {
	return text
		.replace(/<([^<>]*)>/g, (_, inside: string) => unmark(inside, mentions))
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&amp;', '&');
}

function unmark(inside: string, mentions: Mentions): string {
	const [target, label] = inside.split('|', 2);
	const kind = target[0];
	const name = label ?? target.slice(1);
	if (kind === '@' && mentions === 'ids') return ['slack:', target.slice(1), label && `|${label}`].join('');
	if (kind === '@') return `@${name}`;
	if (kind === '#') return `#${name}`;
	const group = /^!subteam\^(\w+)/.exec(target)?.[1];
	if (group && mentions === 'ids') return group;
	// <!here>, <!subteam^S1|@staff>, <!date^…|yesterday>
	if (kind === '!') return label ?? `@${name}`;
	// Slack turns "a.b" into <http://a.b|a.b>; for a full address it leaves out the label.
	return label && target.endsWith(label) ? label : target;
}
