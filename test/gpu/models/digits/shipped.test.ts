import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelError, UserError } from '../../../../gpu/errors.ts';
import { openDigitNetwork } from '../../../../gpu/models/digits/network.ts';
import {
	isShipped,
	loadShipped,
	SHIPPED_NETWORKS,
	shippedFile,
	shippedIndexFile,
} from '../../../../gpu/models/digits/shipped.ts';
import { encodeSafetensors } from '../../../../gpu/models/safetensors-values.ts';
import { networkOf } from '../../../../gpu/training/networks.ts';

/** The networks that this copy has. */
const present = await Promise.all(SHIPPED_NETWORKS.map((network) => isShipped(network)));
const HERE = SHIPPED_NETWORKS.filter((_, i) => present[i]);

describe('shipped weights', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flipside-shipped-'));
		const bytes = encodeSafetensors(new Map([['w', { data: Float32Array.of(1, 2), shape: [2] }]]));
		await writeFile(shippedFile(folder, 'class'), bytes);
		await index({
			class: { sha256: createHash('sha256').update(bytes).digest('hex'), hidden: 8, training: { epochs: 3 } },
		});
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const index = (content: unknown) => writeFile(shippedIndexFile(folder), JSON.stringify(content));

	it('are read with their hidden size', async () => {
		expect(await loadShipped('class', folder)).toMatchObject({ hidden: 8, tensors: { w: Float32Array.of(1, 2) } });
		const there = await Promise.all(SHIPPED_NETWORKS.map((network) => isShipped(network, folder)));
		expect(SHIPPED_NETWORKS.filter((_, i) => there[i])).toEqual(['class']);
	});

	it('include earlier epochs, if those are shipped', async () => {
		const early = encodeSafetensors(new Map([['w', { data: Float32Array.of(5, 6), shape: [2] }]]));
		await writeFile(shippedFile(folder, 'flow-time', 1), early);
		const sha256 = createHash('sha256').update(early).digest('hex');
		await index({ 'flow-time': { sha256: 'last', epochs: { 1: sha256 }, hidden: 8, training: { epochs: 10 } } });
		expect((await loadShipped('flow-time', folder, 1)).tensors).toEqual({ w: Float32Array.of(5, 6) });
		await expect(loadShipped('flow-time', folder, 5)).rejects.toThrow(
			'without the weights of "flow-time" after epoch 5; train some, and name that run.',
		);
		await writeFile(shippedFile(folder, 'flow-time'), early);
		await expect(loadShipped('flow-time', folder, 10)).rejects.toThrow('flow-time.safetensors: is not the file');
	});

	it('are reported missing in one sentence', async () => {
		await expect(loadShipped('time', folder)).rejects.toThrow(UserError);
		await expect(loadShipped('time', folder)).rejects.toThrow('without trained weights for "time"');
		const nowhere = join(folder, 'nowhere');
		expect(await isShipped('judge', nowhere)).toBe(false);
		await expect(loadShipped('judge', nowhere)).rejects.toThrow(UserError);
	});

	it('are refused if they differ from what was shipped', async () => {
		const other = encodeSafetensors(new Map([['w', { data: Float32Array.of(1, 3), shape: [2] }]]));
		await writeFile(shippedFile(folder, 'class'), other);
		await expect(loadShipped('class', folder)).rejects.toThrow(ModelError);
		await expect(loadShipped('class', folder)).rejects.toThrow('class.safetensors: is not the file whose SHA-256');
	});

	it('are refused for a damaged index, naming the field', async () => {
		await index({ class: { sha256: 'x', hidden: 0, training: {} } });
		await expect(loadShipped('class', folder)).rejects.toThrow(/weights\.json: field "class\.hidden" is 0/);
	});

	it.each(HERE)('of %s in this copy fit their network', async (network) => {
		const { tensors, hidden } = await loadShipped(network);
		const opened = await openDigitNetwork(networkOf(network, hidden).definition, tensors, {
			provider: 'cpu',
			threads: 1,
		});
		await opened.close();
	});
});
