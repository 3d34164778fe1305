/** The digit networks that ship with the program, in assets/models/digits. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelError, UserError } from '../../errors.ts';
import { explainIssue } from '../../explain-issue.ts';
import { DIGIT_MODELS } from '../../jobs/index.ts';
import { BUNDLED } from '../bundled.ts';
import { readJson } from '../json.ts';
import { loadArrays } from '../safetensors-values.ts';
import type { NamedArrays } from './tensors.ts';

export const SHIPPED_FOLDER = join(BUNDLED, 'digits');

/** The shipped networks, by what they were trained for. */
export const SHIPPED_NETWORKS = [...DIGIT_MODELS, 'judge'] as const;
export type ShippedNetwork = (typeof SHIPPED_NETWORKS)[number];

const entry = z.strictObject({
	/** SHA-256 of the weights file, in hex: reports of the judge's figures name the judge by it. */
	sha256: z.string(),
	/** The same for the weights after earlier epochs, if they ship too. */
	epochs: z.record(z.string().regex(/^\d+$/), z.string()).optional(),
	/** D of a UNet. */
	hidden: z.int().min(1),
	/** How it was trained, for people. */
	training: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ShippedEntry = z.infer<typeof entry>;

/** The content of weights.json. */
export const shippedIndex = z.partialRecord(z.enum(SHIPPED_NETWORKS), entry);

export interface ShippedWeights {
	readonly hidden: number;
	readonly sha256: string;
	readonly tensors: NamedArrays;
}

export const shippedIndexFile = (folder: string) => join(folder, 'weights.json');
/** @param epoch an earlier epoch; absent: the last */
export const shippedFile = (folder: string, network: ShippedNetwork, epoch?: number) =>
	join(folder, `${network}${epoch === undefined ? '' : `-epoch-${epoch}`}.safetensors`);

/** Whether that network ships with this copy of the program. */
export async function isShipped(network: ShippedNetwork, folder = SHIPPED_FOLDER): Promise<boolean> {
	return existsSync(shippedIndexFile(folder)) && network in (await readIndex(folder));
}

/**
 * The weights of a network. Throws a UserError if this copy of the program comes without them, and a ModelError that names
 * the file if it is damaged.
 *
 * @param epoch the epoch after which to take them; absent: the last
 */
export async function loadShipped(
	network: ShippedNetwork,
	folder = SHIPPED_FOLDER,
	epoch?: number,
): Promise<ShippedWeights> {
	const index = existsSync(shippedIndexFile(folder)) ? await readIndex(folder) : {};
	const known = index[network];
	if (!known) {
		throw new UserError(`This copy comes without trained weights for "${network}"; train some, and name that run.`);
	}
	const isLast = epoch === undefined || epoch === known.training.epochs;
	const expected = isLast ? known.sha256 : known.epochs?.[epoch];
	if (expected === undefined) {
		throw new UserError(
			`This copy comes without the weights of "${network}" after epoch ${epoch}; train some, and name that run.`,
		);
	}
	const file = shippedFile(folder, network, isLast ? undefined : epoch);
	const tensors = await loadArrays(file);
	const sha256 = createHash('sha256')
		.update(await readFile(file))
		.digest('hex');
	if (sha256 !== expected) throw new ModelError(`${file}: is not the file whose SHA-256 is in weights.json`);
	const { hidden } = known;
	return { hidden, sha256, tensors };
}

async function readIndex(folder: string): Promise<z.infer<typeof shippedIndex>> {
	const file = shippedIndexFile(folder);
	const json = await readJson(file);
	const index = shippedIndex.safeParse(json);
	if (!index.success) throw new ModelError(`${file}: ${explainIssue(index.error.issues[0], json)}`);
	return index.data;
}
