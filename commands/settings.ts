/** /settings: what staff decide for a channel: its defaults, its limits, and who may do what. */
import { FITS, MAX_PICTURES, MAX_STEPS, MAX_TRIES, SAMPLER_NAMES, UserError } from '../gpu/jobs/index.ts';
import { describeAllowances, readAllowances } from './lib/allowances.ts';
import { type Command, defineCommand } from './lib/command.ts';
import { counted } from './lib/counted.ts';
import { COURSE_VALUES } from './lib/course-values.ts';
import type { ChannelSettings } from './lib/moderation.ts';
import { parseOptions, suggest } from './lib/parse-options.ts';
import { samplingOptions } from './lib/sampling.ts';

/** The choice that changes nothing. */
const UNCHANGED = 'unchanged';

/** A day; nobody waits for a longer job. */
const MAX_ASK_AFTER = 24 * 60;

/** No command makes more pictures than this in one request, whether one by one or as tries. */
const MAX_AT_ONCE = Math.max(MAX_PICTURES, MAX_TRIES);

/** Removes one of the channel's defaults. */
const NONE = 'none';

/** Settings that can be made together. */
const PRESETS = {
	course: COURSE_VALUES,
	[NONE]: { seed: undefined, guidance: undefined, sampler: undefined, fit: undefined },
} as const;

const { seed: seedOption, guidance: guidanceOption } = samplingOptions('course');

/** More than anybody asks for in a day. */
const MAX_DAILY = 1000;

/** @param registry every command, /settings included */
export const createSettings = (registry: () => readonly Command[]): Command =>
	defineCommand({
		name: 'settings',
		summary: "Show or change this channel's settings: model, limits, spoilers, who may do what",
		example: '--steps 50 --count 4 --spoiler on',
		options: {
			model: {
				kind: 'text',
				label: 'Default model',
				summary: 'The model for requests that name none; none: the first that /models lists',
				maxLength: 100,
				default: '',
				example: 'emoji-if',
			},
			steps: {
				kind: 'integer',
				label: 'Most steps',
				summary: `The most steps that anyone but staff may ask for; ${MAX_STEPS}: no limit`,
				min: 1,
				max: MAX_STEPS,
				example: 50,
			},
			count: {
				kind: 'integer',
				label: 'Most pictures at once',
				summary: `The most pictures at once that anyone but staff may ask for; ${MAX_AT_ONCE}: no limit`,
				min: 1,
				max: MAX_AT_ONCE,
				example: 4,
			},
			'ask-after': {
				kind: 'integer',
				label: 'Longest job without asking',
				summary: 'Ask people before starting a job that takes more than this many minutes; 0: never',
				min: 0,
				max: MAX_ASK_AFTER,
				example: 5,
			},
			daily: {
				kind: 'integer',
				label: 'Most requests a day',
				summary: 'The most requests per person in 24 hours, except staff; 0: no limit',
				min: 0,
				max: MAX_DAILY,
				example: 20,
			},
			spoiler: {
				kind: 'choice',
				label: 'Hide pictures (spoiler)',
				summary: 'Whether pictures are hidden until somebody clicks',
				choices: [UNCHANGED, 'on', 'off'],
				default: UNCHANGED,
			},
			train: {
				kind: 'choice',
				label: 'Who may train',
				summary: 'Who may train here',
				choices: [UNCHANGED, 'staff', 'everyone'],
				default: UNCHANGED,
			},
			preset: {
				kind: 'choice',
				label: "The course's settings",
				summary: `course: ${listed(COURSE_VALUES)} by default; none: as elsewhere`,
				choices: [UNCHANGED, 'course', NONE],
				default: UNCHANGED,
			},
			seed: {
				kind: 'text',
				label: 'Default seed',
				summary: 'The seed for requests that name none; none: one is drawn for each',
				maxLength: 20,
				default: '',
				example: String(COURSE_VALUES.seed),
			},
			guidance: {
				kind: 'text',
				label: 'Default guidance',
				summary: "The guidance for requests that would otherwise use the model's own; none: the model's own",
				maxLength: 20,
				default: '',
				example: String(COURSE_VALUES.guidance),
			},
			sampler: {
				kind: 'choice',
				label: 'Default sampler',
				summary: "The sampler for requests that name none; none: each command's own",
				choices: [UNCHANGED, NONE, ...SAMPLER_NAMES],
				default: UNCHANGED,
			},
			fit: {
				kind: 'choice',
				label: 'How pictures become square (fit)',
				summary: 'How a picture becomes square where a request does not say; none: crop',
				choices: [UNCHANGED, NONE, ...FITS],
				default: UNCHANGED,
			},
			allow: {
				kind: 'text',
				label: 'Who may run a command',
				summary: "COMMAND=ROLE: who may run a command: a role's mention or id (and staff), everyone, or staff",
				maxLength: 500,
				roles: true,
				default: '',
				example: 'anagram=everyone',
			},
			reset: { kind: 'flag', label: 'Clear all settings first', summary: 'First clear everything that was set before' },
		},
		staffOnly: true,
		personal: true,
		async run(
			{
				model,
				steps,
				count,
				'ask-after': askAfter,
				daily,
				spoiler,
				train,
				preset,
				seed,
				guidance,
				sampler,
				fit,
				allow,
				reset,
			},
			{ moderation, models },
		) {
			const before: ChannelSettings = reset ? {} : moderation.settings();
			if (model !== '' && model !== NONE) {
				const names = (await models()).usable.map(({ name }) => name);
				if (!names.includes(model)) {
					const installed = names.join(', ') || 'none';
					throw new UserError(`model must be an installed one${suggest(model, names)}; installed: ${installed}.`);
				}
			}
			const after: ChannelSettings = {
				...before,
				...(model !== '' && { model: model === NONE ? undefined : model }),
				...(steps !== undefined && { steps: steps === MAX_STEPS ? undefined : steps }),
				...(count !== undefined && { count: count === MAX_AT_ONCE ? undefined : count }),
				...(askAfter !== undefined && { askAfter: askAfter || undefined }),
				...(daily !== undefined && { daily: daily || undefined }),
				...(allow !== '' && { allow: readAllowances(allow, before.allow ?? {}, registry()) }),
				...(spoiler !== UNCHANGED && { spoiler: spoiler === 'on' }),
				...(train !== UNCHANGED && { train }),
				...(preset !== UNCHANGED && PRESETS[preset]),
				...(seed !== '' && { seed: isNone(seed) ? undefined : readSeed(seed) }),
				...(guidance !== '' && { guidance: isNone(guidance) ? undefined : readGuidance(guidance) }),
				...(sampler !== UNCHANGED && { sampler: sampler === NONE ? undefined : sampler }),
				...(fit !== UNCHANGED && { fit: fit === NONE ? undefined : fit }),
			};
			moderation.setSettings(after);
			return { text: `In this channel: ${describe(after)}.`, figures: [] };
		},
	});

const isNone = (text: string) => text.toLowerCase() === NONE;

const NOTHING_ELSE = { models: { usable: [], damaged: [] }, drawSeed: () => 0 };

/** Both throw a UserError for a value that a request could not have either. */
const readSeed = (seed: string) => parseOptions('settings', { seed: seedOption }, { seed }, NOTHING_ELSE).seed;
const readGuidance = (guidance: string) =>
	parseOptions('settings', { guidance: guidanceOption }, { guidance }, NOTHING_ELSE).guidance;

type Defaults = Pick<ChannelSettings, 'seed' | 'guidance' | 'sampler' | 'fit'>;

/** "seed 150, guidance 7" */
function listed({ seed, guidance, sampler, fit }: Defaults): string {
	return Object.entries({ seed, guidance, sampler, fit })
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${name} ${value}`)
		.join(', ');
}

/** The channel's defaults in words; empty where it has none of its own. */
function describeDefaults(settings: Defaults): readonly string[] {
	const values = listed(settings);
	if (values === '') return [];
	return [values === listed(COURSE_VALUES) ? `the course's values by default (${values})` : `${values} by default`];
}

function describe({
	model,
	steps,
	count,
	askAfter,
	daily,
	spoiler,
	train = 'staff',
	allow = {},
	...defaults
}: ChannelSettings): string {
	return [
		model === undefined ? 'the default model' : `the model ${model} by default`,
		...describeDefaults(defaults),
		steps === undefined ? 'any number of steps' : `at most ${counted(steps, 'step')}`,
		count === undefined ? 'any number of pictures' : `at most ${counted(count, 'picture')} at once`,
		...(askAfter === undefined ? [] : [`people asked before a job that takes more than ${minutes(askAfter)}`]),
		...(daily === undefined ? [] : [`at most ${counted(daily, 'request')} per person in 24 hours`]),
		spoiler ? 'pictures hidden until clicked' : 'pictures shown',
		train === 'everyone' ? 'everyone may train' : 'only staff may train',
		...describeAllowances(allow),
	].join(', ');
}

const minutes = (n: number) => (n === 1 ? 'a minute' : `${n} minutes`);
