/** The digit networks that this process has open, and MNIST's test digits. */

import type { Device } from '../device.ts';
import { UserError } from '../errors.ts';
import type { NetworkDefinition } from '../models/digits/definition.ts';
import {
	asDigitDenoiser,
	asDigitFlow,
	asDigitJudge,
	asOneStepDenoiser,
	type DigitDenoiser,
	type DigitFlow,
	type DigitJudge,
	type OneStepDenoiser,
} from '../models/digits/denoiser.ts';
import { type DigitNetwork, openDigitNetwork } from '../models/digits/network.ts';
import { isShipped, loadShipped } from '../models/digits/shipped.ts';
import type { NamedArrays } from '../models/digits/tensors.ts';
import { loadArrays } from '../models/safetensors-values.ts';
import type { DigitContext, DigitWeights } from '../pipelines/digits/pipeline.ts';
import { remember } from '../remember.ts';
import { loadCheckpoint } from '../training/checkpoint.ts';
import { digitAt, loadMnist, meanDigit } from '../training/mnist.ts';
import { networkOf } from '../training/networks.ts';
import { epochFile, readSummary, runFolder, stepFile } from '../training/runs.ts';

/** Enough for the shipped networks and a few runs to compare; each holds its weights and little else. */
const KEPT_NETWORKS = 8;

interface Found {
	/** Identifies exactly these weights. */
	readonly key: string;
	readonly definition: NetworkDefinition;
	load(): Promise<NamedArrays>;
}

interface Opened {
	readonly network: DigitNetwork;
	readonly denoiser: DigitDenoiser;
	readonly flow: DigitFlow;
	readonly oneStep: OneStepDenoiser;
}

export function createDigitShelf({ dataDir, device }: { readonly dataDir: string; readonly device: Device }) {
	const openOnce = remember((found: Found) => openFound(found, device), { max: KEPT_NETWORKS, key: ({ key }) => key });
	const judge = remember(() => openJudge(device));
	const testDigits = remember(() => loadMnist('test'));
	const trainingMean = remember(async () => meanDigit(await loadMnist('train')));

	async function open(weights: DigitWeights): Promise<Opened> {
		return openOnce(await (weights.run ? findInRun(dataDir, weights.run, weights) : findShipped(weights)));
	}

	return {
		openDenoiser: async (weights) => (await open(weights)).denoiser,

		openFlow: async (weights) => (await open(weights)).flow,

		openOneStep: async (weights) => (await open(weights)).oneStep,

		openJudge: async () => ((await isShipped('judge')) ? judge() : undefined),

		trainingMean: () => trainingMean(),

		async testDigit(digit, nth) {
			const all = await testDigits();
			const indices = [...all.labels.keys()].filter((i) => all.labels[i] === digit);
			return digitAt(all, indices[nth % indices.length]);
		},
	} satisfies Partial<DigitContext>;
}

async function openFound({ definition, load }: Found, device: Device): Promise<Opened> {
	const network = await openDigitNetwork(definition, await load(), device);
	return {
		network,
		denoiser: asDigitDenoiser(network),
		flow: asDigitFlow(network),
		oneStep: asOneStepDenoiser(network),
	};
}

async function openJudge(device: Device): Promise<DigitJudge> {
	const { tensors, hidden } = await loadShipped('judge');
	return asDigitJudge(await openDigitNetwork(networkOf('judge', hidden).definition, tensors, device));
}

async function findShipped({ model, epoch }: DigitWeights): Promise<Found> {
	const { hidden, sha256, tensors } = await loadShipped(model, undefined, epoch);
	return { key: sha256, definition: networkOf(model, hidden).definition, load: async () => tensors };
}

async function findInRun(dataDir: string, run: string, { model, epoch }: DigitWeights): Promise<Found> {
	const { plan, epochs, started, keptSteps, status } = await readSummary(dataDir, run);
	if (plan.model !== model) throw new UserError(`The run ${run} trained "${plan.model}", not "${model}".`);
	const { definition } = networkOf(plan.model, plan.hidden);
	const folder = runFolder(dataDir, run);
	const key = `${run} ${started}`;
	if (epoch !== undefined || epochs.length > 0) {
		const chosen = epoch ?? epochs[epochs.length - 1];
		if (!epochs.includes(chosen)) {
			const all = epochs.length === 1 ? `only epoch ${epochs[0]}` : `the epochs ${epochs.join(', ')}`;
			const there = epochs.length > 0 ? `it has ${all}` : 'its first epoch has not ended yet';
			throw new UserError(`The run ${run} has no weights of epoch ${chosen}; ${there}.`);
		}
		return { key: `${key} epoch ${chosen}`, definition, load: () => loadArrays(epochFile(folder, chosen)) };
	}
	// During the first epoch there is at most the checkpoint that the training itself would resume from.
	if (keptSteps === 0) {
		const remedy = status.state === 'running' ? 'try again in a few minutes' : `/mnist train --run ${run} resumes it`;
		throw new UserError(`The run ${run} has no weights yet; ${remedy}.`);
	}
	const load = async () => {
		const { state } = await loadCheckpoint(stepFile(folder, keptSteps), definition);
		return { ...(state.average ?? state.parameters), ...state.statistics };
	};
	return { key: `${key} step ${keptSteps}`, definition, load };
}
