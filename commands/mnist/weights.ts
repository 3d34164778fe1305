/** Which weights the commands for digit networks use. */
import {
	DIGIT_GUIDANCE,
	DIGIT_MODELS,
	type DigitModel,
	FLOW_EPOCHS,
	isFlow,
	MAX_GUIDANCE,
	MAX_RUN_ID_CHARACTERS,
	TRAINING_LIMITS,
	UserError,
} from '../../gpu/jobs/index.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';
import type { Trainings } from '../lib/command.ts';
import type { NumberOption, TextOption, Values } from '../lib/options.ts';
import { suggest } from '../lib/parse-options.ts';
import { shorten } from '../lib/shorten.ts';

export const NOTHING_TRAINED = 'Nothing has been trained here yet; /mnist train starts a training.';

/** Stands for the newest run. */
export const LATEST = 'latest';

export const runOption = {
	kind: 'text',
	label: 'Weights of a training',
	summary: 'Weights of a training that /mnist runs lists, or latest; default: those that come with the bot',
	maxLength: MAX_RUN_ID_CHARACTERS,
	example: LATEST,
} as const satisfies TextOption;

export const epochOption = {
	kind: 'integer',
	label: 'After which epoch',
	summary: "With run, or the bot's own flows: the weights after this epoch; default: the newest",
	...TRAINING_LIMITS.epochs,
	example: 5,
} as const satisfies NumberOption;

export const guidanceOption = {
	kind: 'number',
	label: 'Strength of guidance',
	summary: 'Classifier-free guidance scale; 1 = none',
	min: 0,
	max: MAX_GUIDANCE,
	default: DIGIT_GUIDANCE,
	example: 2,
} as const satisfies NumberOption;

export const seedOption = {
	kind: 'seed',
	label: 'Random seed',
	summary: 'Same seed, same digits; if absent, one is drawn and shown',
	example: 180,
} as const;

export interface Weights<M extends DigitModel> {
	readonly model: M;
	readonly run?: string;
	readonly epoch?: number;
}

type Choice = Values<{ run: typeof runOption; epoch: typeof epochOption }>;

/**
 * @param usable the networks that the command can use, first the one for the bot's own weights, which may be repeated
 * @throws {UserError} when there is no such run, or it trained another network
 */
export async function weightsOf<M extends DigitModel>(
	{ run: name, epoch }: Choice,
	usable: readonly [M, ...M[]],
	training: Pick<Trainings, 'runs'>,
): Promise<Weights<M>> {
	if (name === undefined) {
		const [model] = usable;
		if (epoch === undefined) return { model };
		if (!isFlow(model)) throw new UserError('An epoch belongs to a training run; name the run too.');
		if (FLOW_EPOCHS.includes(epoch)) return { model, epoch };
		throw new UserError(
			`The bot's own weights of ${model} are those after the epochs ${FLOW_EPOCHS.join(', ')}; got ${epoch}.`,
		);
	}
	const { id, plan } = findRun(name, await training.runs());
	const model = usable.find((each) => each === plan.model);
	if (!model)
		throw new UserError(
			`The run ${id} trained "${plan.model}"; this needs a run of "${[...new Set(usable)].join('" or "')}".`,
		);
	return { model, run: id, ...(epoch !== undefined && { epoch }) };
}

/** @throws {UserError} when there is no such run */
export function findRun(name: string, runs: readonly RunSummary[]): RunSummary {
	const ids = runs.map(({ id }) => id);
	const found = name === LATEST ? runs[0] : runs.find(({ id }) => id === name);
	if (found) return found;
	if (DIGIT_MODELS.some((model) => model === name)) {
		throw new UserError(`"${name}" is one of the bot's own networks, not a training run; this needs the id of a run.`);
	}
	if (runs.length === 0) throw new UserError(NOTHING_TRAINED);
	throw new UserError(
		`There is no training run "${shorten(name, MAX_RUN_ID_CHARACTERS)}"${suggest(name, ids)}; /mnist runs lists them, the newest is ${ids[0]}.`,
	);
}

/** "run class-20261123-140502, epoch 5", or "the bot's own weights". */
export function describeWeights({ model, run, epoch }: Weights<DigitModel>): string {
	const whose = run === undefined ? `the bot's own weights of ${model}` : `run ${run}`;
	return epoch === undefined ? whose : `${whose}, epoch ${epoch}`;
}
