import { MAX_PICTURES, MAX_STEPS, MAX_TRIES, UserError } from '../gpu/jobs/index.ts';
import { describeAllowances, readAllowances } from './lib/allowances.ts';
import { type Command, defineCommand } from './lib/command.ts';
import type { ChannelSettings } from './lib/moderation.ts';
import { suggest } from './lib/parse-options.ts';

/** Of a choice that leaves everything as it is. */
const UNCHANGED = 'unchanged';

/** A day; longer jobs there are none that anybody waits for. */
const MAX_ASK_AFTER = 24 * 60;

/** No command makes more pictures than these in one request, one by one or as tries. */
const MAX_AT_ONCE = Math.max(MAX_PICTURES, MAX_TRIES);

/** Takes the channel's model away. */
const NO_MODEL_OF_ITS_OWN = 'none';

/** More than anybody asks for in a day. */
const MAX_DAILY = 1000;

/** @param registry every command, /settings included */
export const createSettings = (registry: () => readonly Command[]): Command =>
	defineCommand({
		name: 'settings',
		summary: 'Show or change what holds in this channel: model, limits, spoilers, who may do what',
		example: '--steps 50 --count 4 --spoiler on',
		options: {
			model: {
				kind: 'text',
				summary: 'The model of requests that name none; none: the first that /models lists',
				maxLength: 100,
				default: '',
				example: 'emoji-if',
			},
			steps: {
				kind: 'integer',
				summary: `The most steps that others than staff may ask for; ${MAX_STEPS}: no limit`,
				min: 1,
				max: MAX_STEPS,
				example: 50,
			},
			count: {
				kind: 'integer',
				summary: `The most pictures at once that others than staff may ask for; ${MAX_AT_ONCE}: no limit`,
				min: 1,
				max: MAX_AT_ONCE,
				example: 4,
			},
			'ask-after': {
				kind: 'integer',
				summary: 'Minutes beyond which a person is asked before a job starts; 0: nobody is asked',
				min: 0,
				max: MAX_ASK_AFTER,
				example: 5,
			},
			daily: {
				kind: 'integer',
				summary: 'The most requests of one person in 24 hours, staff aside; 0: no limit',
				min: 0,
				max: MAX_DAILY,
				example: 20,
			},
			spoiler: {
				kind: 'choice',
				summary: 'Whether pictures are hidden until somebody clicks',
				choices: [UNCHANGED, 'on', 'off'],
				default: UNCHANGED,
			},
			train: {
				kind: 'choice',
				summary: 'Who may train here',
				choices: [UNCHANGED, 'staff', 'everyone'],
				default: UNCHANGED,
			},
			allow: {
				kind: 'text',
				summary: 'COMMAND=ROLE: the role that may run a command besides staff; everyone; staff',
				maxLength: 500,
				roles: true,
				default: '',
				example: 'anagram=everyone',
			},
			reset: { kind: 'flag', summary: 'First forgets all that was set before' },
		},
		staffOnly: true,
		personal: true,
		async run(
			{ model, steps, count, 'ask-after': askAfter, daily, spoiler, train, allow, reset },
			{ moderation, models },
		) {
			const before: ChannelSettings = reset ? {} : moderation.settings();
			if (model !== '' && model !== NO_MODEL_OF_ITS_OWN) {
				const names = (await models()).usable.map(({ name }) => name);
				if (!names.includes(model)) {
					const installed = names.join(', ') || 'none';
					throw new UserError(`model must be an installed one${suggest(model, names)}; installed: ${installed}.`);
				}
			}
			const after: ChannelSettings = {
				...before,
				...(model !== '' && { model: model === NO_MODEL_OF_ITS_OWN ? undefined : model }),
				...(steps !== undefined && { steps: steps === MAX_STEPS ? undefined : steps }),
				...(count !== undefined && { count: count === MAX_AT_ONCE ? undefined : count }),
				...(askAfter !== undefined && { askAfter: askAfter || undefined }),
				...(daily !== undefined && { daily: daily || undefined }),
				...(allow !== '' && { allow: readAllowances(allow, before.allow ?? {}, registry()) }),
				...(spoiler !== UNCHANGED && { spoiler: spoiler === 'on' }),
				...(train !== UNCHANGED && { train }),
			};
			moderation.setSettings(after);
			return { text: `In this channel: ${describe(after)}.`, figures: [] };
		},
	});

function describe({
	model,
	steps,
	count,
	askAfter,
	daily,
	spoiler,
	train = 'staff',
	allow = {},
}: ChannelSettings): string {
	return [
		model === undefined ? 'the default model' : `the model ${model} by default`,
		steps === undefined ? 'any number of steps' : `at most ${steps} steps`,
		count === undefined ? 'any number of pictures' : `at most ${count} pictures at once`,
		...(askAfter === undefined ? [] : [`asked before what takes more than ${minutes(askAfter)}`]),
		...(daily === undefined ? [] : [`at most ${daily} requests of a person in 24 hours`]),
		spoiler ? 'pictures hidden until clicked' : 'pictures shown',
		train === 'everyone' ? 'everyone may train' : 'only staff may train',
		...describeAllowances(allow),
	].join(', ');
}

const minutes = (n: number) => (n === 1 ? 'a minute' : `${n} minutes`);
