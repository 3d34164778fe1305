/** What people get to know about the UNets that come with the bot. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import {
	type DigitModel,
	type LossAtStep,
	shippedLosses,
	type TrainingPlan,
	trainingPlan,
	UserError,
} from '../../gpu/jobs/index.ts';

const FOLDER = new URL('../../assets/models/digits/', import.meta.url);

/** The part of weights.json that matters here. */
const shippedIndex = z.record(
	z.string(),
	z.object({
		/** The weights after each of the earlier epochs that are also there. */
		epochs: z.record(z.string(), z.string()).optional(),
		hidden: z.number(),
		training: z.looseObject({ epochs: z.number(), lossOfLastEpoch: z.number() }),
	}),
);

export interface ShippedTraining {
	readonly plan: TrainingPlan;
	/** Means of neighbouring steps, ascending. */
	readonly losses: readonly LossAtStep[];
	readonly lossOfLastEpoch: number;
}

/** How one of the bot's own networks was trained. Throws a UserError when this copy comes without it. */
export async function shippedTraining(model: DigitModel): Promise<ShippedTraining> {
	const [index, losses] = await Promise.all([read('weights.json', shippedIndex), read('losses.json', shippedLosses)]);
	const [known, points] = [index[model], losses[model]];
	if (!known || !points) {
		throw new UserError(`This copy of the bot comes without the training of "${model}"; /mnist train makes one.`);
	}
	const { hidden, training } = known;
	const { steps: _whole, lossOfLastEpoch, ...plan } = training;
	return {
		plan: trainingPlan.parse({ model, hidden, ...plan }),
		losses: points.map(([step, loss]) => ({ step, loss })),
		lossOfLastEpoch,
	};
}

/** The epochs after which there are weights, ascending, of each network of the bot's own that this copy has. */
export type ShippedEpochs = Partial<Readonly<Record<string, readonly number[]>>>;

export async function shippedEpochs(): Promise<ShippedEpochs> {
	const index = await read('weights.json', shippedIndex);
	const known = Object.entries(index).map(([model, { epochs = {}, training }]): [string, number[]] => {
		return [model, [...Object.keys(epochs).map(Number), training.epochs]]; // such keys are in ascending order
	});
	return Object.fromEntries(known);
}

/** An identifier of the weights that come with the bot: other weights have another one. */
export async function shippedRevision(): Promise<string> {
	return createHash('sha256')
		.update(await textOf('weights.json'))
		.digest('hex');
}

const read = async <T>(file: string, schema: z.ZodType<T>): Promise<T> => schema.parse(JSON.parse(await textOf(file)));

/** A copy without networks has no such file; what is missing is then reported for each network. */
const textOf = (file: string) => readFile(new URL(file, FOLDER), 'utf8').catch(() => '{}');
