/** Runs the script that trains the shipped networks, with few steps. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadShipped } from '../../../gpu/models/digits/shipped.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('the script that trains the shipped networks', () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flipside-pretrain-'));
	});
	afterAll(() => rm(folder, { recursive: true, force: true }));

	const pretrain = (...args: string[]) =>
		promisify(execFile)(process.execPath, ['--import', 'tsx', 'gpu/training/pretrain.ts', ...args], { cwd: ROOT });

	it('writes weights and their index, and resumes', async () => {
		const out = join(folder, 'out');
		const args = ['judge', 'denoiser', '--runs', join(folder, 'runs'), '--out', out];
		const first = await pretrain(...args, '--steps', '2');
		expect(first.stdout).toMatch(/judge .*step 2\/2/);
		const [judge, denoiser] = await Promise.all([loadShipped('judge', out), loadShipped('denoiser', out)]);
		expect(denoiser.hidden).toBe(32);
		expect(Object.keys(judge.tensors)).toContain('init_conv.conv1.bn.running_var');
		await expect(loadShipped('class', out)).rejects.toThrow('without trained weights for "class"');
		const losses = JSON.parse(await readFile(join(out, 'losses.json'), 'utf8'));
		expect(losses).toEqual({
			denoiser: [
				[1, expect.any(Number)],
				[2, expect.any(Number)],
			],
		});

		const again = await pretrain(...args, '--steps', '2');
		expect(again.stdout).not.toContain('s/step');
		expect((await loadShipped('judge', out)).sha256).toBe(judge.sha256);
	});

	it.each([[[]], [['gan', '--runs', 'x']], [['--runs', 'x', '--device', 'tpu']], [['--runs', 'x', '--steps', '0']]])(
		'refuses %j in one line',
		async (args) => {
			const refused = pretrain(...args);
			await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/^Name --runs DIR.*\n$/) });
		},
	);
});
