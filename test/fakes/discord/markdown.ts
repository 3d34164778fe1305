/** Reads a message as Discord shows it, as far as its Markdown changes how text looks. */

/** Marks at the beginning of a line. */
const BLOCKS: readonly (readonly [string, RegExp])[] = [
	['quote', /^(>>>|>) /],
	['small print', /^-# /],
	['heading', /^#{1,3} /],
	['list', /^\s*([-*+]|\d+[.)]) /],
];

/** Marks within a line, in the order in which they are tried. */
const INLINE: readonly (readonly [string, RegExp])[] = [
	['literal', /^\\([^0-9A-Za-z\s])/],
	['literal', /^(https?:\/\/[^\s<]+)/],
	['time', /^<t:-?\d+(:[tTdDfFR])?>/],
	['mention', /^<(@[!&]?|#)\d+>/],
	['emoji', /^<a?:\w+:\d+>/],
	['command', /^<\/[^>]+:\d+>/],
	['channel guide', /^<id:\w+>/],
	['link', /^\[[^\]]*\]\([^)]*\)/],
	['emphasis', /^(\*+|_+)/],
	['strike-through', /^~~/],
	['spoiler', /^\|\|/],
	['code', /^`+/],
	['literal', /^([0-9A-Za-z]+|[\s\S])/],
];

export interface Read {
	/** The text without marks and backslashes. */
	readonly text: string;
	/** The names of the marks, in order. */
	readonly marks: readonly string[];
}

export function read(content: string): Read {
	const marks: string[] = [];
	const lines = content.split('\n').map((line) => {
		const block = BLOCKS.find(([, pattern]) => pattern.test(line));
		if (block) marks.push(block[0]);
		let rest = block ? line.replace(block[1], '') : line;
		let text = '';
		while (rest !== '') {
			for (const [name, pattern] of INLINE) {
				const found = pattern.exec(rest);
				if (!found) continue;
				if (name === 'literal') text += found[1];
				else marks.push(name);
				rest = rest.slice(found[0].length);
				break;
			}
		}
		return text;
	});
	return { text: lines.join('\n'), marks };
}
