/** Commands as a user types them, with everything behind them recorded or made up. */

import { commands } from '../../commands/index.ts';
import type { Reply, Trainings } from '../../commands/lib/command.ts';
import { findCommand, splitCommand } from '../../commands/lib/find-command.ts';
import { checkIdle } from '../../commands/lib/idle-options.ts';
import type { Moderation } from '../../commands/lib/moderation.ts';
import { isUpload, type RawValue } from '../../commands/lib/options.ts';
import { parseOptions } from '../../commands/lib/parse-options.ts';
import { parseWords } from '../../commands/lib/parse-text.ts';
import type { PromptFiles } from '../../commands/lib/prompt-files.ts';
import { splitWords } from '../../commands/lib/split-words.ts';
import { wordingIn } from '../../commands/lib/wording.ts';
import type { Job, JobResult } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { FAKE_MODELS } from '../fakes/fake-runner.ts';

/** Where nothing is stored. */
const NO_BLOBS: BlobStore = {
	get: () => Promise.reject(new Error('there is no picture here')),
	put: () => Promise.reject(new Error('nothing is stored here')),
	remove: () => Promise.reject(new Error('nothing is stored here')),
};

/** Where staff have decided nothing. */
const NO_HOUSE: Moderation = {
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

/** Where nobody keeps a file. */
const NO_FILES: PromptFiles = {
	list: () => [],
	add: () => Promise.reject(new Error('nothing is kept here')),
	remove: async () => undefined,
};

const unused = () => {
	throw new Error('nothing is trained here');
};

/** Where nothing was ever trained. */
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

/**
 * Runs the command in `line`, "edit sketch.png --start 5"; whatever is typed for a file counts as uploaded, and 77 is
 * the seed drawn.
 *
 * @param perform what the job makes
 * @param unchecked options that would change nothing are let through
 */
export async function runTyped(
	line: string,
	perform: (job: Job) => Promise<JobResult>,
	blobs: BlobStore = NO_BLOBS,
	training: Partial<Trainings> = {},
	unchecked = false,
): Promise<Reply> {
	const { name, rest: words } = splitCommand(commands, splitWords(line));
	const command = findCommand(commands, name);
	const raw = Object.entries(parseWords(command, words)).map(([option, value]): [string, RawValue] => {
		return [option, isUpload(command.options[option]) ? { blob: 'a'.repeat(64), name: value } : value];
	});
	const models = { usable: FAKE_MODELS, damaged: [] };
	const surroundings = { models, drawSeed: () => 77 };
	const values = parseOptions(command.name, command.options, Object.fromEntries(raw), surroundings);
	if (!unchecked) checkIdle(command, Object.fromEntries(raw), values);
	return command.run(values, {
		request: 'typed',
		blobs,
		perform,
		tell() {},
		milestone() {},
		results: { get: async () => undefined, put: async () => {} },
		models: async () => models,
		queue: () => [],
		cancel: async () => undefined,
		recent: () => [],
		recall: async () => undefined,
		moderation: NO_HOUSE,
		training: { ...NO_TRAINING, ...training },
		promptFiles: NO_FILES,
		wording: wordingIn(commands),
		canAsk: false,
		stopping: new AbortController().signal,
	});
}

/**
 * The job that a line asks for. Throws what the command throws before it has one.
 *
 * @param unchecked options that would change nothing are let through
 */
export async function jobTyped(line: string, unchecked = false): Promise<Job> {
	let asked: Job | undefined;
	const stop = new Error('the job is known');
	const perform = (job: Job) => {
		asked = job;
		return Promise.reject(stop);
	};
	const performed = runTyped(line, perform, NO_BLOBS, {}, unchecked);
	await performed.catch((error) => {
		if (error !== stop) throw error;
	});
	if (!asked) throw new Error(`no job was asked for by "${line}"`);
	return asked;
}
