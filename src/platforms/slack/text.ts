/** Slack's way of writing text, out and in. */

/**
 * For the `text` of a message, the one place where Slack reads its own marks: nothing in it becomes a mention, a link or a
 * channel (docs.slack.dev, "Formatting message text").
 */
export const escapeText = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What a mention stands for: `@ann`; or `slack:U1|ann` and, of a user group, `S1`, as options for people and roles have it. */
export type Mentions = 'names' | 'ids';

/**
 * What a person typed, out of what Slack made of it: `<@U1|ann>`, `<http://a.b|a.b>` and entities undone.
 */
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
	// Of "a.b" Slack makes <http://a.b|a.b>; of a whole address it leaves out the label.
	return label && target.endsWith(label) ? label : target;
}
