/**
 * Trains the networks that ship with the program and writes them to assets/models/digits. Not part of the bot:
 *
 *     npx tsx gpu/training/pretrain.ts [judge class time denoiser flow-class flow-time] --runs DIR
 *         [--out assets/models/digits] [--device cpu|cuda|webgpu] [--threads N] [--mnist DIR] [--steps N]
 *
 * If it is killed and restarted with the same --runs, it resumes where it was. Nothing is written to --out until a network is
 * done. --steps cuts every training short, to check that everything works.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Device, PROVIDERS } from '../device.ts';
import { FLOW_EPOCHS, type FlowModel, planTraining } from '../jobs/index.ts';
import {
	SHIPPED_FOLDER,
	SHIPPED_NETWORKS,
	type ShippedEntry,
	type ShippedNetwork,
	shippedFile,
	shippedIndexFile,
} from '../models/digits/shipped.ts';
import { writeWhole } from '../write-whole.ts';
import { loadCheckpoint, saveWeights } from './checkpoint.ts';
import { every } from './every.ts';
import { loadMnist } from './mnist.ts';
import { networkOf } from './networks.ts';
import { checkpointSteps, epochFile, stepFile } from './runs.ts';
import { shipLosses } from './shipped-losses.ts';
import { type TaskPlan, type TrainEvent, train } from './train.ts';

/** Arbitrary, but fixed, so that the networks can be trained again. */
const SEED = 180;

/** Averages about the last thousand steps, two of the course's epochs. */
const EMA = 0.999;

/** Averages about the last hundred steps: after the first epoch's 937, the longer average would still be a third random start. */
const FLOW_EMA = 0.99;

/** D of the flows: a quarter of the work of the course's 64, for two cores. */
const FLOW_HIDDEN = 32;

const flowPlan = (model: FlowModel): TaskPlan => ({
	...planTraining({ model, preset: 'course', seed: SEED, hidden: FLOW_HIDDEN }),
	ema: FLOW_EMA,
});

const FLOWS = { 'flow-class': flowPlan('flow-class'), 'flow-time': flowPlan('flow-time') };

/**
 * The course's parameters, except for sizes: at the course's D, all together would take several times the 14 MiB that they may
 * have. The denoiser, a quarter as wide as the course's, makes up for it with a larger rate and ten times the epochs.
 * All but the judge ship the moving average of their weights.
 */
const PLANS: Readonly<Record<ShippedNetwork, TaskPlan>> = {
	judge: { model: 'judge', hidden: 32, batchSize: 128, epochs: 5, learningRate: 2e-3, decay: 'cosine', seed: SEED },
	class: { ...planTraining({ model: 'class', preset: 'course', seed: SEED }), ema: EMA },
	time: { ...planTraining({ model: 'time', preset: 'course', seed: SEED, hidden: 48 }), ema: EMA },
	denoiser: {
		...planTraining({ model: 'denoiser', preset: 'course', seed: SEED, hidden: 32, epochs: 50, learningRate: 2e-3 }),
		decay: 'cosine',
		ema: EMA,
	},
	...FLOWS,
};

/** The order of priority, in case time runs out. */
const ORDER: readonly ShippedNetwork[] = ['judge', 'class', 'time', 'denoiser', 'flow-class', 'flow-time'];

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		runs: { type: 'string' },
		out: { type: 'string', default: SHIPPED_FOLDER },
		device: { type: 'string', default: 'cpu' },
		threads: { type: 'string', default: String(availableParallelism()) },
		mnist: { type: 'string' },
		steps: { type: 'string' },
	},
});
const provider = PROVIDERS.find((name) => name === values.device);
const unknown = positionals.find((name) => !SHIPPED_NETWORKS.some((network) => network === name));
const numbers = [values.threads, values.steps ?? '1'].map(Number);
if (!values.runs || !provider || unknown !== undefined || !numbers.every((value) => value > 0)) {
	const networks = ORDER.join(', ');
	console.error(
		`Name --runs DIR, a --device of ${PROVIDERS.join(', ')}, numbers above 0, and networks of ${networks}.`,
	);
	process.exit(2);
}
const device: Device = { provider, threads: Number(values.threads) };
const digits = await loadMnist('train', values.mnist);
const end = new AbortController();
process.once('SIGINT', () => end.abort());
process.once('SIGTERM', () => end.abort());

for (const network of ORDER) {
	if (positionals.length > 0 && !positionals.includes(network)) continue;
	if (!(await pretrain(network, join(values.runs, network)))) break;
}

/** Trains one network; returns false if it was stopped before its end. */
async function pretrain(network: ShippedNetwork, folder: string): Promise<boolean> {
	const plan = {
		...PLANS[network],
		...(values.steps !== undefined && { steps: Number(values.steps) }),
	};
	console.log(`${network}: ${JSON.stringify(plan)}`);
	const began = performance.now();
	const report = every(10_000);
	const onEvent = (event: TrainEvent) => {
		const minutes = ((performance.now() - began) / 60_000).toFixed(1);
		if (event.type !== 'progress') console.log(`${network} ${minutes} min: ${JSON.stringify(event)}`);
		else if (report() || event.step === event.steps) {
			const { step, steps, epoch, loss, secondsPerStep, etaSeconds } = event;
			const speed = `${secondsPerStep.toFixed(4)} s/step, ${(etaSeconds / 60).toFixed(1)} min left`;
			console.log(
				`${network} ${minutes} min: epoch ${epoch}, step ${step}/${steps}, loss ${loss.toFixed(5)}, ${speed}`,
			);
		}
	};
	if ((await train({ folder, plan, digits, device, signal: end.signal, onEvent })) === 'stopped') return false;
	await ship(network, plan, folder);
	return true;
}

/** Writes a finished training's weights, its entry in weights.json and, for a UNet, its losses. */
async function ship(network: ShippedNetwork, plan: TaskPlan, folder: string): Promise<void> {
	const { definition } = networkOf(plan.model, plan.hidden);
	const [last] = await checkpointSteps(folder);
	const { state, losses } = await loadCheckpoint(stepFile(folder, last), definition);
	const file = shippedFile(values.out, network);
	await saveWeights(file, definition, state, { dtype: 'float16', metadata: { network: definition.name } });
	const sha256 = createHash('sha256')
		.update(await readFile(file))
		.digest('hex');
	const { model, hidden, ...training } = plan;
	const epochs = network in FLOWS ? await shipEpochs(network, folder) : undefined;
	const lastEpoch = losses.slice(-Math.floor(digits.count / plan.batchSize));
	const loss = Number((lastEpoch.reduce((sum, value) => sum + value, 0) / lastEpoch.length).toFixed(6));
	const entry: ShippedEntry = {
		sha256,
		epochs,
		hidden,
		training: { ...training, steps: state.steps, lossOfLastEpoch: loss },
	};
	const index = await readFile(shippedIndexFile(values.out), 'utf8').then(JSON.parse, () => ({}));
	await writeWhole(shippedIndexFile(values.out), `${JSON.stringify({ ...index, [network]: entry }, null, '\t')}\n`);
	if (network !== 'judge') await shipLosses(values.out, network, losses);
	console.log(`${network}: ${file}, SHA-256 ${sha256}, mean loss of the last epoch ${loss}`);
}

/** Writes the weights after the epochs that the assignment shows, except the last; returns their SHA-256s. */
async function shipEpochs(network: ShippedNetwork, folder: string): Promise<Record<string, string>> {
	const last = PLANS[network].epochs;
	const shas = FLOW_EPOCHS.filter((epoch) => epoch < last && existsSync(epochFile(folder, epoch))).map(
		async (epoch) => {
			const bytes = await readFile(epochFile(folder, epoch));
			await writeWhole(shippedFile(values.out, network, epoch), bytes);
			return [epoch, createHash('sha256').update(bytes).digest('hex')];
		},
	);
	return Object.fromEntries(await Promise.all(shas));
}
