/** Commands as a user types them, with everything behind them recorded or made up. */

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

/** Whoever types. */
const STAFF = { id: 'test:tess', name: 'Tess', staff: true };

/** Where a line is typed. */
export interface Typing {
	readonly settings?: ChannelSettings;
	/** Installed ones. */
	readonly usable?: ModelList['usable'];
	/** Options that would change nothing are let through. */
	readonly unchecked?: boolean;
}

/**
 * Runs the command in `line`, "edit sketch.png --start 5"; whatever is typed for a file counts as uploaded, and 77 is
 * the seed drawn.
 *
 * @param perform what the job makes
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
		blobs,
		perform,
		tell() {},
		askFirst() {},
		together() {},
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

/** The command in `line` and its checked values, of which nothing is run. Throws as any user is told. */
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

/** The job that a line asks for. Throws what the command throws before it has one. */
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
