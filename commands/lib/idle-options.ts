/**
 * Options that matter only together with others. Given where they cannot change the result, they are refused: a picture
 * that looks the same as before would suggest that the option does nothing.
 */
import { type DigitModel, isFlow, isTold, UserError } from '../../gpu/jobs/index.ts';
import type { ModelSummary } from '../../gpu/queue/runner.ts';
import { splitAxis } from './axis-text.ts';
import type { Command } from './command.ts';
import { and, or } from './lists.ts';
import type { OptionSpec, RawOptions } from './options.ts';

/** Checked values, of any command. */
type AnyValues = Readonly<Record<string, unknown>>;

interface Rule {
	readonly isIdle: (values: AnyValues) => boolean;
	/** What the option needs, to follow "it applies only with". */
	readonly company: string;
}

const guided: Rule = {
	isIdle: ({ guidance, model }) => (guidance ?? (model as ModelSummary).guidanceScale) === 1,
	company: 'guidance above 1',
};

const method = (...fitting: readonly string[]): Rule => ({
	isIdle: (values) => !fitting.includes(values.method as string),
	// Only when it is read: see lister.
	get company() {
		return `method ${or.format(fitting)}`;
	},
});

/** The rules for every command that samples. */
const SAMPLING: Readonly<Record<string, Rule>> = { negative: guided, 'guidance-range': guided };

const blurs = method('compare', 'blur');
const estimates = method('compare', 'one-step', 'iterative');
const walks = method('compare', 'iterative');

const guidedEstimates: Rule = {
	isIdle: (values) => estimates.isIdle(values) || guided.isIdle(values),
	get company() {
		return `${estimates.company}, and ${guided.company}`;
	},
};

const repaints: Rule = { isIdle: ({ rule }) => rule !== 'repaint', company: 'rule repaint' };

/** For a comparison whose rows or columns set the guidance themselves. */
const guidanceBesideAxes: Rule = {
	isIdle: ({ rows, columns }) => [rows, columns].some((axis) => splitAxis(String(axis))?.name === 'guidance'),
	company: 'rows and columns of something else',
};

const figuresOf = (value: unknown) => value as readonly string[];
const isOfPartB = (figure: string) => figure.startsWith('b');

const newTraining: Rule = {
	isIdle: ({ run }) => run !== undefined,
	company: 'a new training, as run continues the way it was started',
};

/** Exported because only the command itself knows which network a run trained. */
export const TOLD_NETWORK = 'a network conditioned on the digit, such as model class';

const classTold: Rule = {
	isIdle: ({ model, run }) => run === undefined && !isTold(model as DigitModel),
	company: TOLD_NETWORK,
};

export const A_FLOW = 'a flow, such as model flow-class';

const flows: Rule = {
	isIdle: ({ model, run }) => run === undefined && !isFlow(model as DigitModel),
	company: A_FLOW,
};

export const A_DENOISER = 'model denoiser';

const isOfFlow = ({ model, run }: AnyValues) => run === undefined && isFlow(model as DigitModel);
const isOfNoise = ({ input }: AnyValues) => input === 'noise';
const noisyDigits: Rule = { isIdle: isOfNoise, company: 'input digit' };

const bundledWeights: Rule = {
	isIdle: ({ run }) => run !== undefined,
	company: 'the weights that came with the bot, without run',
};

export const IDLE_OPTIONS: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
	denoise: {
		prompt: estimates,
		embeddings: estimates,
		sigma: blurs,
		kernel: blurs,
		guidance: estimates,
		negative: guidedEstimates,
		'guidance-range': guidedEstimates,
		steps: walks,
		timesteps: walks,
		sampler: walks,
		eta: walks,
	},
	inpaint: {
		...SAMPLING,
		jump: {
			isIdle: (values) => repaints.isIdle(values) || values.resamples === 1,
			company: `${repaints.company} and resamples above 1`,
		},
		resamples: repaints,
		enlarge: { isIdle: ({ size }) => size === 'model', company: 'size picture' },
		upscale: { isIdle: ({ size }) => size === 'picture', company: 'size model' },
		fit: {
			isIdle: ({ size, mask }) => size === 'picture' && mask === undefined,
			company: 'size model, or with a mask',
		},
	},
	compare: {
		...SAMPLING,
		reference: {
			isIdle: ({ rows, columns }) => rows !== undefined || columns !== undefined,
			company: 'samplers by steps, without rows and columns of your own',
		},
		// There is no rule for seed, as every request has one, typed or drawn.
		guidance: guidanceBesideAxes,
	},
	hybrid: { ...SAMPLING, fit: { isIdle: ({ reference }) => reference === undefined, company: 'a reference' } },
	course: {
		edition: { isIdle: ({ figures }) => !figuresOf(figures).some(isOfPartB), company: 'figures of part B' },
		model: { isIdle: ({ figures }) => figuresOf(figures).every(isOfPartB), company: 'figures of part A' },
		run: { isIdle: ({ figures }) => !figuresOf(figures).some(isOfPartB), company: 'figures of part B' },
	},
	'mnist train': {
		model: newTraining,
		preset: newTraining,
		hidden: newTraining,
		batch: newTraining,
		epochs: newTraining,
		steps: newTraining,
		'learning-rate': newTraining,
		schedule: newTraining,
		input: newTraining,
	},
	'mnist denoise': {
		image: noisyDigits,
		digit: noisyDigits,
		sigma: { isIdle: (values) => isOfNoise(values) || isOfFlow(values), company: `${A_DENOISER} and input digit` },
		model: bundledWeights,
		...{ t: flows, steps: flows, sampler: flows },
		as: classTold,
		guidance: {
			isIdle: (values) => values.as === undefined || classTold.isIdle(values),
			company: 'as, with model flow-class',
		},
		input: { isIdle: isOfFlow, company: A_DENOISER },
	},
	'mnist sample': { guidance: classTold, model: bundledWeights, steps: flows, sampler: flows },
	'mnist anagram': { model: bundledWeights, steps: flows, sampler: flows },
};

/**
 * The options that would have no effect, each with what it needs.
 *
 * @param given the options as they arrived: those left out, or set to their defaults, are ignored
 */
export function idleOptions({ name: command, options: specs }: Command, given: RawOptions, values: AnyValues): Idle[] {
	const rules = IDLE_OPTIONS[command] ?? ('negative' in specs ? SAMPLING : {});
	return Object.entries(rules).flatMap(([name, { isIdle, company }]) => {
		const spec: OptionSpec | undefined = specs[name]; // chats lack what only the command line has
		if (!spec) return [];
		const usual = 'default' in spec ? spec.default : undefined;
		const isGiven = String(given[name] ?? '').trim() !== '' && String(values[name]) !== String(usual);
		return isGiven && isIdle(values) ? [{ name, company }] : [];
	});
}

interface Idle {
	readonly name: string;
	readonly company: string;
}

/** @throws {UserError} that names every option that would have no effect */
export function checkIdle(command: Command, given: RawOptions, values: AnyValues): void {
	const idle = idleOptions(command, given, values);
	if (idle.length === 0) return;
	const companies = [...new Set(idle.map(({ company }) => company))];
	const sentences = companies.map((company) =>
		wouldChangeNothing(
			idle.filter((option) => option.company === company).map(({ name }) => name),
			company,
		),
	);
	throw new UserError(sentences.join(' '));
}

/** "sampler and eta would have no effect: they apply only with method compare or iterative." */
export function wouldChangeNothing(names: readonly string[], company: string): string {
	const applies = names.length === 1 ? 'it applies' : 'they apply';
	return `${and.format(names)} would have no effect: ${applies} only with ${company}.`;
}
