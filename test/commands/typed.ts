/** Runs commands as typed, against fakes. */

import { commands } from '../../commands/index.ts';
import type { Reply, Trainings } from '../../commands/lib/command.ts';
import { findCommand, splitCommand } from '../../commands/lib/find-command.ts';
import type { ChannelSettings, Moderation } from '../../commands/lib/moderation.ts';
import { isUpload, type RawValue } from '../../commands/lib/options.ts';
import { parseOptions } from '../../commands/lib/parse-options.ts';
import { parseWords } from '../../commands/lib/parse-text.ts';
import type { PromptFiles } from '../../commands/lib/prompt-files.ts';
import { splitWords } from '../../commands/lib/split-words.ts';
import { wordingIn } from '../../commands/lib/wording.ts';
import type { Job, JobResult } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import { checkedOptions, withSeed } from '../../src/desk/checked-options.ts';
import { drawFilm } from '../fakes/draw-film.ts';
import { FAKE_MODELS } from '../fakes/fake-runner.ts';

/** Stores nothing. */
const NO_BLOBS: BlobStore = {
	get: () => Promise.reject(new Error('there is no picture here')),
	put: () => Promise.reject(new Error('nothing is stored here')),
	remove: () => Promise.reject(new Error('nothing is stored here')),
};

/** Without any decisions by staff. */
const NO_MODERATION: Moderation = {
	settings: () => ({}),
	setSettings() {},
	words: () => [],
	addWord: () => false,
	removeWord: () => false,
	blocked: () => [],
	block: () => false,
	unblock: () => false,
	reports: () => [],
};

/** Without prompt files. */
const NO_FILES: PromptFiles = {
	list: () => [],
	add: () => Promise.reject(new Error('nothing is kept here')),
	remove: async () => undefined,
};

const unused = () => {
	throw new Error('nothing is trained here');
};

/** Without any trainings. */
const NO_TRAINING: Trainings = {
	start: unused,
	follow() {},
	resume: unused,
	stop: unused,
	status: () => undefined,
	runs: async () => [],
	losses: unused,
	forecast: unused,
	onEvent: unused,
	remove: unused,
};

/** The person who types. */
const STAFF = { id: 'test:tess', name: 'Tess', staff: true };

/** The circumstances in which a line is typed. */
export interface Typing {
	readonly settings?: ChannelSettings;
	/** The installed models. */
	readonly usable?: ModelList['usable'];
	/** Accepts options that would have no effect. */
	readonly unchecked?: boolean;
}

/**
 * Runs the command in `line`, such as "edit sketch.png --start 5". Files count as uploaded, whatever their name, and the drawn
 * seed is 77.
 *
 * @param perform makes the job's result
 */
export async function runTyped(
	line: string,
	perform: (job: Job) => Promise<JobResult>,
	blobs: BlobStore = NO_BLOBS,
	training: Partial<Trainings> = {},
	typing: Typing = {},
): Promise<Reply> {
	const { command, values, models } = readTyped(line, typing);
	return command.run(values, {
		request: 'typed',
		asker: { id: 'test:ann', name: 'Ann' },
		blobs,
		film: drawFilm,
		perform,
		tell() {},
		askFirst() {},
		together() {},
		milestone() {},
		results: { get: async () => undefined, put: async () => {} },
		models: async () => models,
		devices: async () => [],
		queue: () => [],
		cancel: async () => undefined,
		recent: () => [],
		recall: async () => undefined,
		moderation: NO_MODERATION,
		training: { ...NO_TRAINING, ...training },
		promptFiles: NO_FILES,
		wording: wordingIn(commands),
		canAsk: false,
		stopping: new AbortController().signal,
	});
}

/** Parses `line` into a command and its checked values, without running it. Throws what the user would be told. */
export function readTyped(line: string, { settings = {}, usable = FAKE_MODELS, unchecked }: Typing = {}) {
	const { name, rest: words } = splitCommand(commands, splitWords(line));
	const command = findCommand(commands, name);
	const typed = Object.entries(parseWords(command, words)).map(([option, value]): [string, RawValue] => {
		return [option, isUpload(command.options[option]) ? { blob: 'a'.repeat(64), name: value } : value];
	});
	const models = { usable, damaged: [] };
	const raw = withSeed(command.options, Object.fromEntries(typed), settings.seed ?? 77);
	const values = unchecked
		? parseOptions(command.name, command.options, raw, { models, drawSeed: () => 77 })
		: checkedOptions(command, raw, STAFF, { models, settings, words: [] }).values;
	return { command, values, models };
}

/** The job that a line leads to. Throws what the command throws before that. */
export async function jobTyped(line: string, typing: Typing = {}): Promise<Job> {
	let asked: Job | undefined;
	const stop = new Error('the job is known');
	const perform = (job: Job) => {
		asked = job;
		return Promise.reject(stop);
	};
	await runTyped(line, perform, NO_BLOBS, {}, typing).catch((error) => {
		if (error !== stop) throw error;
	});
	if (!asked) throw new Error(`no job was asked for by "${line}"`);
	return asked;
}

/** The sentence that rejects a line; undefined if it leads to a job. */
export async function refusalOf(line: string): Promise<string | undefined> {
	return jobTyped(line).then(
		() => undefined,
		(error) => (error as Error).message,
	);
}
