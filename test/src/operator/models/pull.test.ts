import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../../gpu/errors.ts';
import { ModelLibrary } from '../../../../gpu/models/library.ts';
import { lockModels } from '../../../../src/operator/models/lock.ts';
import { STAGE_1, STAGE_2 } from '../../../fakes/deepfloyd.ts';
import { STRANGER, TOKEN } from '../../../fakes/hub.ts';
import { OTHER_STAGE_1, type Puller, startPuller, WEIGHTS } from './puller.ts';

let puller: Puller;
beforeEach(async () => {
	puller = await startPuller();
});
afterEach(() => puller.close());

/** The files in a folder of models, all levels. */
const filesIn = (name: string) =>
	readdirSync(puller.at(name), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name: file }) => `${parentPath}/${file}`.slice(puller.at(name).length + 1))
		.sort();

const partSize = (name = WEIGHTS) => statSync(puller.at(STAGE_1, `${name}.part`)).size;

describe('a pull', () => {
	test('brings what is needed and nothing else, with the encoder in a folder of its own', async () => {
		expect(await puller.pull(STAGE_1)).toMatchObject({ kind: 'pulled' });
		expect(filesIn(STAGE_1)).toEqual([
			'model_index.json',
			'pulled.json',
			'scheduler/scheduler_config.json',
			'unet/config.json',
			WEIGHTS,
			'watermarker/config.json',
			'watermarker/diffusion_pytorch_model.safetensors',
		]);
		expect(filesIn('T5-XXL')).toEqual([
			'pulled.json',
			'text_encoder/config.json',
			'text_encoder/model.fp16.safetensors',
			'tokenizer/spiece.model',
			'tokenizer/tokenizer_config.json',
		]);
		const published = puller.fake.repositories.get(`DeepFloyd/${STAGE_1}`);
		expect(readFileSync(puller.at(STAGE_1, WEIGHTS))).toEqual(published?.get(WEIGHTS));
		const { text, done, total } = puller.shown[0];
		expect(text).toMatch(/^IF-I-M-v1\.0: .* of .* \(unet\/diffusion_pytorch_model\.fp16\.safetensors\)$/);
		expect(done).toBeLessThanOrEqual(total);
	});

	test('makes a model that is used with the encoder, which comes once', async () => {
		await puller.pull(STAGE_1);
		await puller.pull(OTHER_STAGE_1);
		await puller.pull(STAGE_2);
		expect(puller.fake.seen.filter(({ path }) => path.includes('text_encoder/model')).length).toBe(2); // and its redirect
		const library = new ModelLibrary({ folders: puller.places.folders });
		for (const name of [STAGE_1, OTHER_STAGE_1, STAGE_2]) {
			const directory = await library.find(name);
			expect(await library.promptSourceOf(directory)).toEqual({ encoder: puller.at('T5-XXL') });
			expect(await library.summarise(name, directory)).not.toHaveProperty('knownPrompts');
		}
	});

	test('leaves the encoder out for those who have embeddings, or an encoder', async () => {
		await puller.pull(STAGE_1, { encoder: false });
		expect(existsSync(puller.at('T5-XXL'))).toBe(false);
		await puller.pull(STAGE_1);
		expect(existsSync(puller.at('T5-XXL', 'text_encoder', 'config.json'))).toBe(true);
	});

	test('of what is there downloads nothing, and asks nobody', async () => {
		await puller.pull(STAGE_1);
		puller.fake.seen.length = 0;
		expect(await puller.pull(`DeepFloyd/${STAGE_1}`)).toEqual({ kind: 'complete' });
		expect(puller.fake.seen).toEqual([]);
	});

	test('only looks, for a dry run', async () => {
		const planned = await puller.pull(STAGE_1, { dryRun: true });
		if (planned.kind !== 'planned') throw new Error(planned.kind);
		expect(planned.files.map(({ file: { path } }) => path)).toContain('text_encoder/model.fp16.safetensors');
		expect(planned.missing).toBe(planned.files.reduce((sum, { file }) => sum + file.size, 0));
		expect(existsSync(puller.at(STAGE_1))).toBe(false);
	});

	test('checks what somebody else put there', async () => {
		await puller.pull(STAGE_1);
		rmSync(puller.at(STAGE_1, 'pulled.json'));
		writeFileSync(puller.at(STAGE_1, 'unet/config.json'), '{}');
		puller.fake.seen.length = 0;
		await puller.pull(STAGE_1);
		expect(puller.fake.asked(WEIGHTS)).toEqual([]);
		expect(puller.fake.asked('unet/config.json')).toHaveLength(1);
	});

	test('shows the token to the hub alone', async () => {
		puller.fake.gated = true;
		await puller.pull(STAGE_1, { token: TOKEN });
		const [store, hub] = ['store', 'hub'].map((name) => puller.fake.seen.filter(({ host }) => host === name));
		expect(store.length).toBeGreaterThan(0);
		expect(store.filter(({ authorization }) => authorization)).toEqual([]);
		expect(hub.filter(({ authorization }) => authorization !== `Bearer ${TOKEN}`)).toEqual([]);
	});
});

describe('a pull that is interrupted', () => {
	test('goes on within the file when the connection drops', async () => {
		puller.fake.drops.push(50_000, 60_000);
		await puller.pull(STAGE_1);
		const ranges = puller.fake
			.asked(WEIGHTS)
			.filter(({ host }) => host === 'store')
			.map(({ range }) => range);
		expect(ranges).toEqual([undefined, 'bytes=50000-', 'bytes=110000-']);
	});

	test('begins a file again where the server knows no ranges', async () => {
		puller.fake.ranges = false;
		puller.fake.drops.push(50_000);
		expect(await puller.pull(STAGE_1)).toMatchObject({ kind: 'pulled' });
	});

	test('tries again when nothing comes any more, or the hub is busy', async () => {
		puller.fake.silentAfter = 1000;
		puller.fake.statuses.push(503, 429);
		await puller.pull(STAGE_1, { patience: { pausesMs: [1, 1, 1], stallMs: 200 } });
		expect(puller.fake.asked(WEIGHTS).at(-1)?.range).toBe('bytes=1000-');
	});

	test('keeps what came when it gives up, and goes on the next time', async () => {
		puller.fake.drops.push(50_000, 0, 0, 0);
		await expect(puller.pull(STAGE_1)).rejects.toThrow(
			/^The connection to http\S+ keeps failing \(.+\); what has arrived is kept, and the same command resumes there\.$/,
		);
		expect(partSize()).toBe(50_000);
		expect(existsSync(puller.at(STAGE_1, WEIGHTS))).toBe(false);
		// The bot takes no half of a model for one.
		expect([...(await new ModelLibrary({ folders: puller.places.folders }).list()).keys()]).not.toContain(STAGE_1);
		puller.fake.seen.length = 0;
		await puller.pull(STAGE_1);
		expect(puller.fake.asked(WEIGHTS)[0].range).toBe('bytes=50000-');
	});

	test('keeps what came at Ctrl+C', async () => {
		const stop = new AbortController();
		puller.fake.silentAfter = 70_000;
		const pulling = puller.pull(STAGE_1, { signal: stop.signal });
		const ended = expect(pulling).rejects.toThrow(/abort/i);
		await expect.poll(() => existsSync(puller.at(STAGE_1, `${WEIGHTS}.part`)) && partSize()).toBe(70_000);
		stop.abort();
		await ended;
		expect(partSize()).toBe(70_000);
		expect(await puller.pull(STAGE_1)).toMatchObject({ kind: 'pulled' });
	});

	test('is refused while another one is under way', async () => {
		const release = lockModels(puller.dataDir);
		await expect(puller.pull(STAGE_1)).rejects.toThrow(/^Another models pull, verify or remove is under way/);
		release();
	});
});

describe('one clear sentence', () => {
	const failure = async (...[name, more]: Parameters<Puller['pull']>): Promise<string> => {
		const error = await puller.pull(name, more).then(
			() => undefined,
			(thrown: Error) => thrown,
		);
		expect(error).toBeInstanceOf(UserError);
		const { message } = error as Error;
		expect(message).not.toMatch(/\n|hf_|signature/);
		return message;
	};

	test.each([
		[
			undefined,
			/^The hub wants to know who downloads DeepFloyd\/IF-I-M-v1\.0: accept the licence at http\S+\/DeepFloyd\/IF-I-M-v1\.0, then set HF_TOKEN/,
		],
		[STRANGER, /^The hub refuses the token: accept the licence at http\S+\/DeepFloyd\/IF-I-M-v1\.0 with the account/],
	])('for who may not download, with the page of the licence', async (token, sentence) => {
		puller.fake.gated = true;
		expect(await failure(STAGE_1, { token })).toMatch(sentence);
	});

	test('for a repository that is not known, or that the hub lacks', async () => {
		expect(() => puller.pull('DeepFloyd/IF-I-N-v1.0')).toThrow(
			/^There is no repository "DeepFloyd\/IF-I-N-v1\.0" that can be pulled \(did you mean .*\); known are DeepFloyd\/IF-I-M-v1\.0, /,
		);
		puller.fake.repositories.delete(`DeepFloyd/${STAGE_1}`);
		expect(await failure(STAGE_1)).toMatch(/^The hub at http\S+ has no DeepFloyd\/IF-I-M-v1\.0; check HF_ENDPOINT/);
	});

	test('for a repository that holds nothing to be read', async () => {
		for (const path of [WEIGHTS, 'unet/diffusion_pytorch_model.safetensors']) {
			puller.fake.repositories.get(`DeepFloyd/${STAGE_1}`)?.delete(path);
		}
		expect(await failure(STAGE_1)).toMatch(/^DeepFloyd\/IF-I-M-v1\.0 at http\S+ holds no network/);
	});

	test('for a file that is gone', async () => {
		puller.fake.statuses.push(404);
		expect(await failure(STAGE_1)).toMatch(/ has no unet\/diffusion_pytorch_model\.fp16\.safetensors of DeepFloyd\//);
	});

	test('for no network', async () => {
		puller.fake.close();
		expect(await failure(STAGE_1)).toMatch(
			/^The hub at http\S+ cannot be reached \(.*ECONNREFUSED.*\); check the network/,
		);
	});

	test('for a wrong hash, and nothing of it is kept', async () => {
		puller.fake.damaged.add(WEIGHTS);
		expect(await failure(STAGE_1)).toMatch(/^unet\/diffusion_pytorch_model\.fp16\.safetensors arrived damaged/);
		expect(readdirSync(puller.at(STAGE_1, 'unet'))).toEqual([]);
		puller.fake.damaged.clear();
		expect(await puller.pull(STAGE_1)).toMatchObject({ kind: 'pulled' });
	});

	test('for too little room, before anything is downloaded', async () => {
		const free = async () => 210 * 2 ** 20 + 1000;
		puller.fake.repositories.get(`DeepFloyd/${STAGE_1}`)?.set(WEIGHTS, Buffer.alloc(11 * 2 ** 20));
		expect(await failure(STAGE_1, { disk: { ...puller.means().disk, free } })).toMatch(
			/^DeepFloyd\/IF-I-M-v1\.0 takes 11\.\d MiB more, but only 210 MiB is free, of which 200 MiB stays for the bot/,
		);
		expect(puller.fake.asked(WEIGHTS)).toEqual([]);
	});

	test('for a disk that is full in the middle, and what came is kept', async () => {
		const { disk } = puller.means();
		let room = 100_000;
		const append: typeof disk.append = async (file, bytes) => {
			await disk.append(file, bytes.subarray(0, room));
			room -= bytes.length;
			if (room < 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
		};
		expect(await failure(STAGE_1, { disk: { ...disk, append } })).toMatch(/^The disk is full; make room, .* is kept/);
		expect(partSize()).toBe(100_000);
		expect(await puller.pull(STAGE_1)).toMatchObject({ kind: 'pulled' });
	});

	test('for a token that cannot be one', () => {
		expect(() => puller.means({ token: 'hf_\u00e4' })).toThrow(
			/^HF_TOKEN holds characters that no token has; copy the token again\.$/,
		);
	});
});

test('a part that is longer than the file, or of other bytes, does no harm', async () => {
	puller.fake.drops.push(50_000, 0, 0, 0);
	await expect(puller.pull(STAGE_1)).rejects.toThrow();
	const part = puller.at(STAGE_1, `${WEIGHTS}.part`);
	truncateSync(part, 10_000_000);
	expect(await puller.pull(STAGE_1)).toMatchObject({ kind: 'pulled' });
});
