/** Lists a prompt's words that the model was never trained on: it draws something plausible anyway, so people should know. */
import { closest, distance } from 'fastest-levenshtein';
import { emojiAsWords } from '../../gpu/emoji.ts';
import { isDigitJob, type Job, promptsOf } from '../../gpu/jobs/index.ts';
import type { ModelList, Vocabulary } from '../../gpu/queue/runner.ts';

/** Words that do not name anything to draw. */
const FUNCTION_WORDS = new Set(
	(
		'a an the this that these those my your his her its our their some any no of in on at by to from for with without and or ' +
		'but as like is are was were be it he she they we you i me very so too more most all both each there here up down out ' +
		'one two three four five six seven eight nine ten ' +
		'off over under into onto than then just only not who which what where when how while'
	).split(' '),
);

/** How many things are named for a model without default prompts. */
const EXAMPLES = 3;

/** One sentence if the job's model lists what it was trained on and the prompts go beyond that; otherwise none. */
export function unknownWordNotes(job: Job, { usable }: ModelList): readonly string[] {
	const { vocabulary, defaultPrompts } = usable.find(({ name }) => name === job.model) ?? {};
	if (!vocabulary || !('guidanceScale' in job) || isDigitJob(job)) return [];
	const unknown = promptsOf(job).flatMap((prompt) => unknownWords(prompt, vocabulary));
	if (unknown.length === 0) return [];
	const { things } = vocabulary;
	const near = new Set(unknown.flatMap((word) => nearestThing(word, vocabulary) ?? []));
	const drawn = (defaultPrompts ?? things.slice(0, EXAMPLES)).map((prompt) => `“${prompt}”`);
	const named = near.size > 0 ? `nearest in spelling: ${[...near].join(', ')}` : `for example ${drawn.join(', ')}`;
	const words = [...new Set(unknown)].map((word) => `“${word}”`).join(', ');
	return [`${job.model} does not know ${words}; it knows ${things.length} things, ${named}; /prompts lists them.`];
}

/** A prompt's words that were in no training caption; plurals and numbers count as known. */
export function unknownWords(prompt: string, { words }: Vocabulary): readonly string[] {
	const known = new Set(words);
	const spoken =
		emojiAsWords(prompt)
			.toLowerCase()
			.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
	return spoken.filter((word) => {
		const forms = [word, word.replace(/s$/, ''), word.replace(/es$/, ''), `${word}s`];
		return (
			!FUNCTION_WORDS.has(word) &&
			!/^\p{N}+$/u.test(word) &&
			!/^[a-z]$/.test(word) &&
			!forms.some((form) => known.has(form))
		);
	});
}

/** What was probably meant if the word is a typo; spelling cannot find a word of similar meaning. */
function nearestThing(word: string, { things, words }: Vocabulary): string | undefined {
	const nearest = closest(word, [...words]);
	if (word.length < 4 || distance(word, nearest) > (word.length < 6 ? 1 : 2)) return undefined;
	return things.find((thing) => thing.split(' ').includes(nearest)) ?? nearest;
}
