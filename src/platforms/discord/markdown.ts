/**
 * Plain text in Discord's markdown: what looks like markup in a prompt is shown as it was typed. A backslash before any
 * punctuation is not shown, wherever it stands (support.discord.com, "Markdown Text 101").
 */

/** What ends a line for one reader or another. */
const LINE_ENDS = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/** Addresses stay addresses: a backslash would be part of them, also one before a < that follows. */
const ADDRESSES = /((?<![0-9A-Za-z])https?:\/\/[^\s<]+)(?=\s|$)/;

/** Emphasis, code, spoilers and links, and everything that begins with <: mentions, times, channels, emoji, commands. */
const ANYWHERE = /[\\*_~`|<[]|:(?=\/\/)/g;

/** Quotes, headings, small print and lists, after blanks or not. */
const LINE_START = /^([^\S\n]*)([>#+-]|\d+(?=[.)]))/gm;

export const plain = (text: string): string =>
	text
		.replace(LINE_ENDS, '\n')
		.split(ADDRESSES)
		.map((part, i) => (i % 2 === 1 ? part : part.replace(ANYWHERE, '\\$&')))
		.join('')
		.replace(LINE_START, (_, blanks: string, mark: string) => blanks + escaped(mark));

/** For small print, which ends with its line. */
export const onOneLine = (text: string): string => plain(text.replace(/\s+/g, ' '));

/** Before a digit a backslash would be shown. */
const escaped = (mark: string) => (/^\d/.test(mark) ? `${mark}\\` : `\\${mark}`);
