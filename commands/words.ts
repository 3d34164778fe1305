/** /words: the list of forbidden words, which only staff can see and change. */
import { UserError } from '../gpu/jobs/index.ts';
import { defineCommand } from './lib/command.ts';
import type { TextOption } from './lib/options.ts';
import { seenWords } from './lib/word-list.ts';

/** One word, or a few that are forbidden together. */
const word = {
	kind: 'text',
	summary: 'A word, or several that count as one; capitals do not matter',
	positional: true,
	required: true,
	maxLength: 60,
	example: 'zombie',
} as const satisfies TextOption;

const access = { staffOnly: true, personal: true } as const;

const wordsAdd = defineCommand({
	name: 'words add',
	summary: 'Forbid a word in every text of every request',
	example: 'zombie',
	options: { word: { ...word, label: 'Word to forbid' } },
	...access,
	async run({ word }, { moderation }) {
		const seen = seenWords(word).join(' ');
		if (seen === '') {
			throw new UserError(`“${word}” has no letters or digits, so it would forbid nothing; give a word.`);
		}
		const text = moderation.addWord(word) ? `“${word}” is now forbidden.` : `“${word}” was already forbidden.`;
		const isLess = seen.replaceAll(' ', '').length < word.replaceAll(/[\s.-]/g, '').length;
		return {
			text: isLess ? `${text} Only letters and digits count, so what nobody can say is “${seen}”.` : text,
			figures: [],
		};
	},
});

const wordsRemove = defineCommand({
	name: 'words remove',
	summary: 'Allow a forbidden word again',
	example: 'zombie',
	options: { word: { ...word, label: 'Word to allow again' } },
	...access,
	async run({ word }, { moderation }) {
		const text = moderation.removeWord(word) ? `“${word}” is allowed again.` : `“${word}” is not on the word list.`;
		return { text, figures: [] };
	},
});

const wordsList = defineCommand({
	name: 'words list',
	summary: 'Show the forbidden words',
	example: '',
	options: {},
	...access,
	async run(_options, { moderation }) {
		const words = moderation.words();
		return { text: words.length > 0 ? `Forbidden: ${words.join(', ')}.` : 'No words are forbidden.', figures: [] };
	},
});

export const words = [wordsAdd, wordsRemove, wordsList];
