/**
 * Runs a complete small DeepFloyd, in a Hugging Face cache, through the real bot: its process, its local socket, and the command
 * line that hands it the work. Once with T5, once with only a .pth of embeddings.
 */
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeTensorFile } from '../gpu/models/pytorch/write-tensor-file.ts';
import { openTextEncoder } from '../gpu/models/text-encoders.ts';
import { LAUNCHER } from '../gpu/queue/spawn.ts';
import { startBotProcess, stopBotProcess } from './fakes/bot-process.ts';
import { cacheRepository, downloadRepository, STAGE_1, STAGE_2 } from './fakes/deepfloyd.ts';

const run = promisify(execFile);
const src = (file: string) => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

interface Answer {
	readonly seed: number;
	readonly images: readonly { readonly path: string; readonly alt: string }[];
	readonly text: string;
	readonly job: { readonly kind: string; readonly model: string } | null;
}

/** The course's prompts for an anagram, and the unconditional one. */
const PROMPTS = ['', 'a photo of a dog', 'a lithograph of a skull', 'a lithograph of waterfalls'];

async function embeddingsFile(folder: string): Promise<Uint8Array> {
	const directory = downloadRepository(join(folder, 'encoder'), STAGE_1);
	const encoder = await openTextEncoder(directory, { provider: 'cpu', threads: 1 });
	const embed = async (prompt: string) => {
		const { data } = await encoder.encode(encoder.normalise(prompt));
		const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
		return [prompt, { dtype: 'float32', shape: [1, 77, encoder.width], bytes }] as const;
	};
	const file = writeTensorFile(new Map(await Promise.all(PROMPTS.map(embed))));
	await encoder.close();
	return file;
}

describe.each(['with T5', 'with only a .pth'] as const)('DeepFloyd %s', (how) => {
	let directory: string;
	let bot: ChildProcess;
	let env: NodeJS.ProcessEnv;

	beforeAll(async () => {
		directory = mkdtempSync(join(tmpdir(), 'flipside-deepfloyd-'));
		const [hub, dataDir] = [join(directory, 'hub'), join(directory, 'data')];
		cacheRepository(hub, STAGE_1, { encoder: how === 'with T5' });
		cacheRepository(hub, STAGE_2);
		env = { PATH: process.env.PATH, DATA_DIR: dataDir, MODEL_DIR: hub, CONSOLE_PORT: '0' };
		if (how === 'with only a .pth') {
			const path = join(directory, 'prompt_embeds_dict.pth');
			writeFileSync(path, await embeddingsFile(directory));
			env.PROMPT_EMBEDDINGS = path;
		}
		bot = await startBotProcess(env, directory);
	}, 120_000);
	afterAll(async () => {
		await stopBotProcess(bot);
		rmSync(directory, { recursive: true });
	});

	async function flipside(...words: string[]): Promise<Answer> {
		const args = [LAUNCHER, src('cli.ts'), ...words, '--json'];
		const { stdout } = await run(process.execPath, args, { env, cwd: directory });
		return JSON.parse(stdout);
	}

	test('is listed under the names of its repositories', async () => {
		const { text } = await flipside('models');
		expect(text).toContain(STAGE_1);
		expect(text).toContain(STAGE_2);
	});

	test('generates, upscales and makes an anagram', async () => {
		const generated = await flipside('generate', 'A photo of a dog', '--model', STAGE_1, '--steps', '20');
		expect(generated.job).toMatchObject({ kind: 'generate', model: STAGE_1 });
		const upscaled = await flipside(
			...['upscale', generated.images[0].path, 'a photo of a dog', '--model', STAGE_2, '--steps', '10'],
		);
		expect(upscaled.job).toMatchObject({ kind: 'upscale', model: STAGE_2 });
		const anagram = await flipside(
			...['anagram', 'a lithograph of a skull', 'a lithograph of waterfalls', '--model', STAGE_1, '--steps', '20'],
		);
		expect(anagram.job).toMatchObject({ kind: 'anagram', model: STAGE_1 });
		for (const { images } of [generated, upscaled, anagram]) expect(images.length).toBeGreaterThan(0);
	});

	test.runIf(how === 'with only a .pth')('suggests the nearest prompts for one that is not in the file', async () => {
		const refused = flipside('generate', 'a lithograph of a castle', '--model', STAGE_1);
		await expect(refused).rejects.toMatchObject({
			code: 2,
			stderr: expect.stringContaining('“a lithograph of a skull”'),
		});
	});
});
