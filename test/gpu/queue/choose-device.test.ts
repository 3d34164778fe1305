import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ChoiceOptions, chooseDevice, describeChoice } from '../../../gpu/queue/choose-device.ts';
import type { GpusSeen } from '../../../gpu/queue/gpus.ts';

const BOTH: GpusSeen = {
	nvidia: true,
	cuda: { path: '/lib', exists: true },
	alike: [],
	any: true,
	fingerprint: 'driver 1',
};

const ENTRY = fileURLToPath(new URL('../../fakes/self-test.ts', import.meta.url));

let dataDir: string;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-device-'));
});
afterEach(async () => {
	vi.unstubAllEnvs();
	await rm(dataDir, { recursive: true });
});

/** Chooses with a self-test that runs `program`. */
function choose(program: string, options: Partial<ChoiceOptions> = {}) {
	vi.stubEnv('SELF_TEST', program);
	return chooseDevice({ dataDir, threads: 0, afresh: true, seen: BOTH, entry: ENTRY, ...options });
}

/** A machine whose one GPU is for WebGPU. */
const ONE: GpusSeen = { ...BOTH, nvidia: false };

/** A self-test that must not run. */
const NEVER = `throw new Error('tested again');`;

test('the first GPU that passes is chosen, and no further one is tested', async () => {
	const choice = await choose(`gpu === 'cuda' ? say({ speedup: 41.3 }) : say({ problem: 'was tested' });`);
	expect(choice).toMatchObject({ devices: ['cuda'], considered: [{ gpu: 'cuda', speedup: 41.3 }] });
	expect(describeChoice(choice)).toBe('cuda, which passed its self-test at 41 times the speed of the CPU');
});

test('a GPU that fails is passed over for the next, and the reason is kept', async () => {
	const choice = await choose(`gpu === 'cuda' ? say({ problem: 'computes wrongly' }) : say({ speedup: 3.14 });`);
	expect(choice.devices).toEqual(['webgpu']);
	expect(describeChoice(choice)).toBe(
		'webgpu, which passed its self-test at 3.1 times the speed of the CPU; cuda computes wrongly',
	);
});

test('several NVIDIA GPUs that are alike are all chosen if the first passes, and stay chosen', async () => {
	const seen = { ...BOTH, alike: [0, 2, 3] };
	const choice = await choose(`gpu === 'cuda:0' ? say({ speedup: 41 }) : say({ problem: 'was tested' });`, { seen });
	expect(choice).toMatchObject({ devices: ['cuda:0', 'cuda:2', 'cuda:3'], considered: [{ gpu: 'cuda:0' }] });
	expect(describeChoice(choice)).toBe(
		'cuda:0, which passed its self-test at 41 times the speed of the CPU, and 2 more of its kind',
	);
	expect(await choose(NEVER, { seen, afresh: false })).toMatchObject({ devices: choice.devices, remembered: true });
});

describe('the CPU is chosen', () => {
	test.each([
		['crashes', `process.kill(process.pid, 'SIGSEGV');`, /^cpu, because webgpu crashed in its self-test \(SIGSEGV\)/],
		['says NaN', 'say({ speedup: NaN });', /^cpu, because webgpu answered nonsense in its self-test$/],
		['throws', `throw new Error('no driver');`, /^cpu, because webgpu crashed in its self-test \(no driver\)/],
		['hangs', 'setInterval(() => {}, 1000);', /webgpu did not finish its self-test within 1 s/],
		['is too slow', `say({ speedup: 0.02, problem: 'is no faster' });`, /^cpu, because webgpu is no faster$/],
	])('if the GPU’s self-test %s', async (what, program, sentence) => {
		const choice = await choose(program, { seen: ONE, ...(what === 'hangs' && { timeLimitMs: 1000 }) });
		expect(choice.devices).toEqual(['cpu']);
		expect(describeChoice(choice)).toMatch(sentence);
	});

	test('if a self-test hangs and something that it started holds its pipes', async () => {
		const child = `spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20_000)'], { stdio: 'inherit', detached: true })`;
		const began = performance.now();
		await choose(
			`const { spawn } = process.getBuiltinModule('node:child_process'); ${child}; setInterval(() => {}, 1000);`,
			{
				seen: ONE,
				timeLimitMs: 1000,
			},
		);
		expect(performance.now() - began).toBeLessThan(10_000);
	});

	test('without a test if there is no GPU', async () => {
		const none: GpusSeen = {
			nvidia: false,
			cuda: { path: '/lib', exists: true },
			alike: [],
			any: false,
			fingerprint: '',
		};
		const choice = await choose(NEVER, { seen: none });
		expect(describeChoice(choice)).toBe('cpu, because this machine has no GPU');
	});

	test('if an NVIDIA GPU lacks its library, with the command that fetches it', async () => {
		const seen = { ...BOTH, cuda: { path: '/lib', exists: false } };
		const choice = await choose(`say({ problem: 'was tested' });`, { seen });
		expect(describeChoice(choice)).toMatch(
			/^cpu, because cuda lacks .*, which cuda install downloads; webgpu was tested$/,
		);
	});
});

describe('a choice is remembered', () => {
	const passes = `say({ speedup: 2 });`;

	test('until somebody asks for a new test', async () => {
		const first = await choose(passes);
		expect(await choose(NEVER, { afresh: false })).toMatchObject(first);
		expect((await choose(NEVER)).devices).toEqual(['cpu']);
	});

	test.each<[string, Partial<ChoiceOptions>]>([
		['drivers changed', { seen: { ...BOTH, fingerprint: 'driver 2' } }],
		['the CPU has other threads', { threads: 1 }],
	])('but not if %s', async (_, change) => {
		await choose(passes);
		expect((await choose(NEVER, { afresh: false, ...change })).devices).toEqual(['cpu']);
	});

	test('for an hour if it may pass', async () => {
		await choose(`throw new Error('busy');`);
		expect(await choose(passes, { afresh: false })).toMatchObject({ devices: ['cpu'], remembered: true });
		const file = join(dataDir, 'device.json');
		const kept = JSON.parse(await readFile(file, 'utf8'));
		await writeFile(file, JSON.stringify({ ...kept, at: kept.at - 61 * 60_000 }));
		expect((await choose(passes, { afresh: false })).devices).toEqual(['cuda']);
	});

	test('but not if the file is damaged', async () => {
		await choose(passes);
		const file = join(dataDir, 'device.json');
		await writeFile(file, (await readFile(file, 'utf8')).slice(0, 20));
		expect((await choose(passes, { afresh: false })).devices).toEqual(['cuda']);
	});
});
