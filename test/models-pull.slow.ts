/**
 * From nothing to a picture by a synthetic DeepFloyd: pulled from a hub on this machine, listed, verified, made the default, and
 * used through the real bot, which is running all the time.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAUNCHER } from '../gpu/queue/spawn.ts';
import { startBotProcess, stopBotProcess } from './fakes/bot-process.ts';
import { downloadRepository, STAGE_1, STAGE_2 } from './fakes/deepfloyd.ts';
import { FakeHub, TOKEN } from './fakes/hub.ts';
import { runFlipside } from './fakes/run-flipside.ts';

let directory: string;
let hub: FakeHub;
let bot: ChildProcess;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
	directory = mkdtempSync(join(tmpdir(), 'flipside-models-pull-'));
	hub = await new FakeHub().start();
	hub.gated = true;
	for (const name of [STAGE_1, STAGE_2]) {
		const published = downloadRepository(join(directory, 'published', name), name);
		// Tiny networks, but pictures of the published sizes: a convolution does not mind.
		const config = join(published, 'unet/config.json');
		const network = JSON.parse(readFileSync(config, 'utf8'));
		writeFileSync(config, JSON.stringify({ ...network, sample_size: name === STAGE_1 ? 64 : 256 }));
		hub.add(`DeepFloyd/${name}`, published);
	}
	env = {
		PATH: process.env.PATH,
		DATA_DIR: join(directory, 'data'),
		CONSOLE_PORT: '0',
		HF_ENDPOINT: hub.endpoint,
		HF_HOME: join(directory, 'home'),
	};
	bot = await startBotProcess(env, directory);
});
afterAll(async () => {
	await stopBotProcess(bot);
	hub.close();
	rmSync(directory, { recursive: true });
});

const flipside = (...words: string[]) => runFlipside(words, { cwd: directory, env });

test('without a token there is one line, which names the page of the licence', async () => {
	const { status, stdout, stderr } = await flipside('models', 'pull', STAGE_1, '-q');
	expect([status, stdout]).toEqual([2, '']);
	expect(stderr).toMatch(/^The hub wants to know [^\n]*\/DeepFloyd\/IF-I-M-v1\.0[^\n]*\n$/);
});

test('Ctrl+C keeps what came, and the next pull brings the rest, into a bot that is running', async () => {
	env.HF_TOKEN = TOKEN;
	hub.silentAfter = 100_000;
	const argv = [LAUNCHER, fileURLToPath(new URL('../src/cli.ts', import.meta.url)), 'models', 'pull', STAGE_1];
	const child = spawn(process.execPath, argv, { cwd: directory, env });
	let said = '';
	child.stderr.on('data', (chunk) => {
		said += chunk;
	});
	const part = join(directory, 'data/models', STAGE_1, 'unet/diffusion_pytorch_model.fp16.safetensors.part');
	const size = () => statSync(part, { throwIfNoEntry: false })?.size;
	await expect.poll(size, { timeout: 60_000 }).toBe(100_000);
	const ended = new Promise((resolve) => child.on('close', resolve));
	child.kill('SIGINT');
	expect(await ended).toBe(130);
	expect(said).toMatch(/^IF-I-M-v1\.0: \S+ KiB of \S+ KiB \(unet\/diffusion_pytorch_model/);
	expect(said).toMatch(/Stopped; what has arrived is kept, and models pull DeepFloyd\/IF-I-M-v1\.0 resumes there\.\n$/);
	expect(readdirSync(join(directory, 'data/models', STAGE_1, 'unet'))).toEqual([
		'diffusion_pytorch_model.fp16.safetensors.part',
	]);
	expect((await flipside('models')).stdout).not.toContain(STAGE_1);

	const { status, stdout, stderr } = await flipside('models', 'pull', `DeepFloyd/${STAGE_1}`);
	expect([status, stdout]).toEqual([0, expect.stringContaining('IF-I-M-v1.0 is complete')]);
	expect(stderr).not.toContain(TOKEN);
	expect(hub.asked('unet/diffusion_pytorch_model.fp16.safetensors').at(-1)?.range).toBe('bytes=100000-');
	expect((await flipside('models', 'pull', STAGE_2, '-q')).status).toBe(0);
	expect((await flipside('models')).stdout).toContain(STAGE_1);
});

test('list, verify and use say what is so', async () => {
	const { models } = JSON.parse((await flipside('models', 'list', '--json')).stdout);
	for (const name of [STAGE_1, STAGE_2, 'T5-XXL'])
		expect(models).toContainEqual(expect.objectContaining({ name, complete: true }));
	expect(await flipside('models', 'verify', STAGE_1, '-q')).toMatchObject({
		status: 0,
		stdout: 'All 10 files are intact.\n',
	});
	expect((await flipside('models', 'use', STAGE_1)).status).toBe(0);
	expect((await flipside('models')).stdout).toContain(`${STAGE_1} (the default)`);
});

test('a picture is made by it without naming it, and enlarged', async () => {
	const made = await flipside('generate', 'a photo of a dog', '--steps', '10', '--out', 'dog.png', '--json');
	expect(JSON.parse(made.stdout).job).toMatchObject({ kind: 'generate', model: STAGE_1 });
	const upscaled = await flipside(
		'upscale',
		'dog.png',
		'a photo of a dog',
		'--model',
		STAGE_2,
		'--steps',
		'5',
		'--json',
	);
	expect(JSON.parse(upscaled.stdout).job).toMatchObject({ kind: 'upscale', model: STAGE_2 });
});

test('an anagram of 256 pixels is made in one go, with the mark of stage II in its corner', async () => {
	const words = ['anagram', 'a photo of a dog', 'an old man', '--seed', '1', '--steps', '5', '--upscale', '--json'];
	const made = JSON.parse((await flipside(...words)).stdout);
	const [picture] = made.images;
	expect([picture.width, picture.height]).toEqual([256, 256]);
	expect(made.job).toMatchObject({ kind: 'anagram', model: STAGE_1, upscaler: { model: STAGE_2 } });

	// Without the bot, which marks.
	const alone = {
		...env,
		DATA_DIR: join(directory, 'alone'),
		MODEL_DIR: join(directory, 'data/models'),
		WATERMARK: 'off',
	};
	const unmarked = await runFlipside([...words, '--model', STAGE_1, '--out', 'unmarked.png'], {
		cwd: directory,
		env: alone,
	});
	const [{ path }] = JSON.parse(unmarked.stdout).images;
	const pixels = async (file: string) => sharp(join(directory, file)).removeAlpha().raw().toBuffer();
	const [marked, plain] = [await pixels(picture.path), await pixels(path)];
	const rows = new Set<number>();
	const columns = new Set<number>();
	for (let i = 0; i < plain.length; i++) {
		if (marked[i] === plain[i]) continue;
		rows.add(Math.floor(i / 3 / 256));
		columns.add(Math.floor(i / 3) % 256);
	}
	// 15 pixels wide, 3 away from the corner; its upper third is transparent.
	expect([Math.min(...columns), Math.max(...columns)]).toEqual([256 - 3 - 15, 256 - 3 - 1]);
	expect(Math.min(...rows)).toBeGreaterThan(256 - 3 - 15);
	expect(Math.max(...rows)).toBe(256 - 3 - 1);
});

test('what is damaged is named, and brought again', async () => {
	writeFileSync(join(directory, 'data/models/T5-XXL/tokenizer/spiece.model'), 'x');
	const { status, stdout } = await flipside('models', 'verify', STAGE_1, '-q');
	expect([status, stdout.split('\n')[0]]).toEqual([1, 'damaged: T5-XXL/tokenizer/spiece.model']);
	expect((await flipside('models', 'pull', STAGE_1, '-q')).status).toBe(0);
	expect((await flipside('models', 'verify', STAGE_1, '-q')).status).toBe(0);
});

test('remove gives the room back', async () => {
	for (const name of [STAGE_2, STAGE_1]) expect((await flipside('models', 'remove', name, '--yes')).status).toBe(0);
	expect(readdirSync(join(directory, 'data/models')).filter((name) => !name.startsWith('.'))).toEqual([]);
	expect((await flipside('models')).stdout).toContain('emoji-if (the default)');
});
