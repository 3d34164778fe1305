/** /mnist train: trains a digit network live, or resumes a training that was stopped. */
import {
	DENOISER_INPUTS,
	type Decay,
	DIGIT_MODELS,
	planTraining,
	TRAINING_DIGITS,
	TRAINING_LIMITS,
	TRAINING_PRESETS,
	type TrainingPlan,
	type TrainingPreset,
	UserError,
} from '../../gpu/jobs/index.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';
import { type CommandContext, defineCommand, type Reply } from '../lib/command.ts';
import { describeDuration } from '../lib/duration.ts';
import { describePlan, formatBytes, formatCount } from './describe.ts';
import { followTraining } from './follow.ts';
import { findRun, LATEST, runOption, seedOption } from './weights.ts';

const { hidden, batchSize, epochs, steps, learningRate } = TRAINING_LIMITS;

/** As people call them: without a schedule the rate stays constant. */
const SCHEDULES = ['none', 'exponential', 'cosine'] as const;

const decayOf = (schedule: (typeof SCHEDULES)[number]): Decay => (schedule === 'none' ? 'constant' : schedule);

export const train = defineCommand({
	name: 'mnist train',
	summary: "Train one of the course's UNets on MNIST and watch: losses, digits after epochs, an animation",
	example: 'class --preset demo',
	trains: true,
	options: {
		model: {
			kind: 'choice',
			label: 'Network to train',
			summary: 'denoiser: in one step; time: a diffusion; class: given the digit; flow-: the flows of 2025',
			positional: true,
			choices: DIGIT_MODELS,
			default: 'class',
		},
		preset: {
			kind: 'choice',
			label: 'Ready-made settings',
			summary: "demo: minutes on two cores; course: the course's, hours; demo-flow, course-2025: for flows",
			choices: TRAINING_PRESETS,
			default: 'demo',
		},
		hidden: {
			kind: 'integer',
			label: 'Width of the network',
			summary: "Channels of the UNet's first level, the course's D",
			...hidden,
			example: 64,
		},
		batch: {
			kind: 'integer',
			label: 'Digits per step (batch)',
			summary: 'Digits per step',
			...batchSize,
			example: 128,
		},
		epochs: {
			kind: 'integer',
			label: 'Passes over the data (epochs)',
			summary: `Passes over the ${formatCount(TRAINING_DIGITS)} digits`,
			...epochs,
			example: 5,
		},
		steps: {
			kind: 'integer',
			label: 'Or a number of steps',
			summary: 'Instead of epochs: the number of steps',
			...steps,
			example: 300,
		},
		'learning-rate': {
			kind: 'number',
			label: 'Learning rate',
			summary: "Adam's learning rate",
			...learningRate,
			example: 0.001,
		},
		schedule: {
			kind: 'choice',
			label: 'How the learning rate falls',
			summary: 'How the learning rate falls; none: not at all; preset: as the preset says',
			choices: ['preset', ...SCHEDULES],
			default: 'preset',
		},
		input: {
			kind: 'choice',
			label: 'Digits or noise alone',
			summary: 'For the denoiser: digits with noise, or noise alone, which teaches it their mean',
			choices: DENOISER_INPUTS,
			default: 'digit',
		},
		run: {
			...runOption,
			label: 'Or a run to resume',
			summary: 'Instead of all these: resume a run that was stopped or interrupted',
		},
		now: { kind: 'flag', label: 'Without asking first', summary: 'Start at once, without asking first' },
		seed: { ...seedOption, summary: 'Same seed, same losses; if absent, one is drawn and shown' },
	},
	async run(options, context) {
		const { training, request } = context;
		const mine = (await training.runs()).find((run) => run.id === training.followed || run.request === request);
		if (mine) return followTraining(await resumed(mine, context), context);
		if (options.run !== undefined) {
			const found = findRun(options.run, await training.runs());
			const isOver = training.status()?.run !== found.id;
			return followTraining(isOver ? ((await training.resume(found.id)) ?? found) : found, context);
		}
		await refuseSecond(context);
		const { model, preset, seed, input, schedule } = options;
		const plan = planTraining({
			model,
			preset,
			seed,
			input,
			hidden: options.hidden,
			batchSize: options.batch,
			epochs: options.epochs,
			steps: options.steps,
			learningRate: options['learning-rate'],
			decay: schedule === 'preset' ? undefined : decayOf(schedule),
		});
		if (context.canAsk && !options.now) return question(plan, preset, context);
		return followTraining(await training.start({ plan, preset: isPreset(options) ? preset : undefined }), context);
	},
	followUps: {
		start: (options) => ({ command: 'mnist train', options: { ...options, now: 'yes' } }),
		stop: () => ({ command: 'mnist stop', options: {} }),
		resume: (options, _index, run) => ({ command: 'mnist train', options: { run: run ?? options.run ?? LATEST } }),
	},
});

/** The training that this very request started or resumed: running again if the bot's end interrupted it, or ended by now. */
async function resumed(run: RunSummary, { training }: CommandContext): Promise<RunSummary> {
	const isInterrupted = run.status.state === 'running' && training.status()?.run !== run.id;
	return isInterrupted ? ((await training.resume(run.id)) ?? run) : run;
}

/** Refuses before somebody is asked whether to start what could not start. */
async function refuseSecond({ training }: CommandContext): Promise<void> {
	const running = training.status();
	if (running) {
		throw new UserError(
			`A training is already running (${running.run}); stop it with /mnist stop, or wait for it to end.`,
		);
	}
	const other = (await training.runs()).find(({ elsewhere }) => elsewhere);
	if (other)
		throw new UserError(`Another process is already training (${other.id}); stop it there, or wait for it to end.`);
}

/** Taking this many times as long as on an idle machine is worth mentioning. */
const BUSY = 1.25;

async function question(plan: TrainingPlan, preset: TrainingPreset, { training }: CommandContext): Promise<Reply> {
	const { seconds, secondsNow, bytes, measured } = await training.forecast(plan);
	const where = measured ? 'here while nothing else runs' : 'on two free cores';
	const now =
		secondsNow > BUSY * seconds
			? `, but about ${describeDuration(secondsNow)} while this machine is as busy as it is now`
			: '';
	return {
		text: `This would train ${describePlan(plan)} (preset ${preset}): about ${describeDuration(seconds)} ${where}${now}. It takes ${formatBytes(bytes)} of memory. Images can still be made meanwhile. Start?`,
		figures: [],
		buttons: [{ action: 'start', label: 'Start' }],
	};
}

/** Whether nothing differs from the preset. */
const isPreset = (options: Readonly<Record<string, unknown>>) =>
	['hidden', 'batch', 'epochs', 'steps', 'learning-rate'].every((name) => options[name] === undefined) &&
	options.schedule === 'preset' &&
	options.input === 'digit';
