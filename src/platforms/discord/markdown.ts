/**
 * Escapes plain text for Discord's markdown, so that what looks like markup in a prompt is shown as typed. A backslash before
 * punctuation is never shown (support.discord.com, "Markdown Text 101").
 */

/** Characters that some client treats as a line end. */
const LINE_ENDS = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/** Addresses are not escaped: a backslash would become part of them, even one before a following "<". */
const ADDRESSES = /((?<![0-9A-Za-z])https?:\/\/[^\s<]+)(?=\s|$)/;

/** Emphasis, code, spoilers and links, and everything that starts with "<": mentions, times, channels, emoji, commands. */
const ANYWHERE = /[\\*_~`|<[]|:(?=\/\/)/g;

/** Quotes, headings, small print and lists, indented or not. */
const LINE_START = /^([^\S\n]*)([>#+-]|\d+(?=[.)]))/gm;

export const plain = (text: string): string =>
	text
		.replace(LINE_ENDS, '\n')
		.split(ADDRESSES)
		.map((part, i) => (i % 2 === 1 ? part : part.replace(ANYWHERE, '\\$&')))
		.join('')
		.replace(LINE_START, (_, blanks: string, mark: string) => blanks + escaped(mark));

/** For small print, which ends at the line end. */
export const onOneLine = (text: string): string => plain(text.replace(/\s+/g, ' '));

/** The backslash goes after a digit, since before one it would be shown. */
const escaped = (mark: string) => (/^\d/.test(mark) ? `${mark}\\` : `\\${mark}`);
