/**
 * Options that count only in company. Given where they cannot change the result they are refused: a picture that looks as
 * before would teach that the option does nothing.
 */
import { UserError } from '../../gpu/jobs/index.ts';
import type { ModelSummary } from '../../gpu/queue/runner.ts';
import type { Command } from './command.ts';
import type { RawOptions } from './options.ts';

/** Checked values, of any command. */
type AnyValues = Readonly<Record<string, unknown>>;

interface Rule {
	readonly isIdle: (values: AnyValues) => boolean;
	/** With what it counts, after "it counts only with". */
	readonly company: string;
}

const guided: Rule = {
	isIdle: ({ guidance, model }) => (guidance ?? (model as ModelSummary).guidanceScale) === 1,
	company: 'guidance above 1',
};

const method = (...fitting: readonly string[]): Rule => ({
	isIdle: (values) => !fitting.includes(values.method as string),
	company: `method ${fitting.join(' or ')}`,
});

/** What all commands that sample have, and what some have besides. */
const SAMPLING: Readonly<Record<string, Rule>> = { negative: guided };

const blurs = method('compare', 'blur');
const estimates = method('compare', 'one-step', 'iterative');
const walks = method('compare', 'iterative');

const repaints: Rule = { isIdle: ({ rule }) => rule !== 'repaint', company: 'rule repaint' };

const classTold: Rule = {
	isIdle: ({ model, run }) => model === 'time' && run === undefined,
	company: 'model class, or a run of one',
};

const bundledWeights: Rule = {
	isIdle: ({ run }) => run !== undefined,
	company: 'the weights that came with the bot, without run',
};

export const IDLE_OPTIONS: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
	denoise: {
		sigma: blurs,
		kernel: blurs,
		guidance: estimates,
		negative: {
			isIdle: (values) => estimates.isIdle(values) || guided.isIdle(values),
			company: `${estimates.company}, and ${guided.company}`,
		},
		steps: walks,
		timesteps: walks,
		sampler: walks,
		eta: walks,
	},
	inpaint: {
		...SAMPLING,
		jump: repaints,
		resamples: repaints,
		enlarge: { isIdle: ({ size }) => size === 'model', company: 'size picture' },
		fit: {
			isIdle: ({ size, mask }) => size === 'picture' && mask === undefined,
			company: 'size model, or with a mask',
		},
	},
	hybrid: { ...SAMPLING, fit: { isIdle: ({ reference }) => reference === undefined, company: 'a reference' } },
	'mnist sample': { guidance: classTold, model: bundledWeights },
};

/**
 * The options that would change nothing, each with what it counts with.
 *
 * @param given as it came: what was left out, or is as it would be anyway, counts for nothing
 */
export function idleOptions({ name: command, options: specs }: Command, given: RawOptions, values: AnyValues) {
	const rules = IDLE_OPTIONS[command] ?? ('negative' in specs ? SAMPLING : {});
	return Object.entries(rules).flatMap(([name, { isIdle, company }]) => {
		const spec = specs[name];
		const usual = 'default' in spec ? String(spec.default) : '';
		const value = String(given[name] ?? '').trim();
		return value !== '' && value !== usual && isIdle(values) ? [{ name, company }] : [];
	});
}

/** @throws {UserError} for the first option that would change nothing */
export function checkIdle(command: Command, given: RawOptions, values: AnyValues): void {
	const [idle] = idleOptions(command, given, values);
	if (idle) throw new UserError(`${idle.name} would change nothing: it counts only with ${idle.company}.`);
}
