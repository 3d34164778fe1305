/** What the files are called that the command line writes. */
import { extname } from 'node:path';
import { DEFAULT_PROMPT, type Job, ownPromptsOf } from '../../gpu/jobs/index.ts';

/** Characters of the prompt in a name: so much is read at a glance, and fits into a list of files. */
const MAX_SLUG = 40;

/**
 * A picture's name with what it shows: "generate-180.png" of a dog is "generate-a-dog-180.png".
 *
 * @param filename as the command calls it: the kind of the job comes first
 */
export function namedByPrompt(filename: string, job: Job | undefined): string {
	const start = `${job?.kind}-`;
	const slug = job && slugOf(tellingPrompts(job).join(' '));
	return slug && filename.startsWith(start) ? `${start}${slug}-${filename.slice(start.length)}` : filename;
}

/** The usual prompt of the course's exercises says nothing of the picture. */
const tellingPrompts = (job: Job) => ownPromptsOf(job).filter((prompt) => prompt !== DEFAULT_PROMPT);

/** What is left of a text in a file name that every system and shell takes: letters and digits of ASCII, and hyphens. */
export function slugOf(text: string): string {
	const words =
		text
			.normalize('NFKD')
			.replace(/\p{M}/gu, '')
			.toLowerCase()
			.match(/[a-z0-9]+/g) ?? [];
	let slug = '';
	for (const word of words) {
		const longer = slug === '' ? word.slice(0, MAX_SLUG) : `${slug}-${word}`;
		if (longer.length > MAX_SLUG) break;
		slug = longer;
	}
	return slug;
}

/** "dog.png" with "-2": "dog-2.png". */
export function withSuffix(path: string, suffix: string, extension = extname(path)): string {
	const stem = path.slice(0, path.length - extname(path).length);
	return `${stem}${suffix}${extension}`;
}
