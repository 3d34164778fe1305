import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InstallMeans, install, planInstall } from '../../../../src/operator/cuda/install.ts';
import { findLibraries, NVIDIA } from '../../../../src/operator/cuda/libraries.ts';
import { findWheel } from '../../../../src/operator/cuda/package-index.ts';
import { realDisk } from '../../../../src/operator/download/disk.ts';
import { FakePackageIndex } from '../../../fakes/package-index.ts';

const LINUX = 'py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';
const RUNTIME = 'onnxruntime_gpu-1.30.0-cp311-cp311-manylinux_2_28_x86_64.whl';
const PROVIDER = 'libonnxruntime_providers_cuda.so';
const ARM = { arch: 'arm64' } as const;
const INTEL = { arch: 'x64' } as const;

/** The linker of a machine that has none of NVIDIA's libraries. */
const none = () => '';

let index: FakePackageIndex;
let folder: string;
beforeEach(async () => {
	index = await new FakePackageIndex().start();
	folder = await mkdtemp(join(tmpdir(), 'flipside-cuda-'));
	index.add(RUNTIME, {
		[`onnxruntime/capi/${PROVIDER}`]: 'the provider',
		'onnxruntime/capi/libonnxruntime_providers_shared.so': 'its loader',
		'onnxruntime/capi/libonnxruntime.so.1.30.0': 'not wanted',
	});
	for (const { file, project, major } of NVIDIA) {
		const part = project.replace('nvidia-', '');
		index.add(`${project.replaceAll('-', '_')}-${major}.2.1-${LINUX}`, {
			[`nvidia/${part}/lib/${file}`]: `${file} `.repeat(500),
			[`nvidia/${part}/include/${part}.h`]: 'not wanted',
		});
	}
});
afterEach(async () => {
	index.close();
	await rm(folder, { recursive: true });
});

const means = (more: Partial<InstallMeans> = {}): InstallMeans => ({
	dataDir: join(folder, 'data'),
	index: index.address,
	disk: realDisk,
	patience: { pausesMs: [1, 1, 1], stallMs: 1000 },
	meter: () => {},
	signal: new AbortController().signal,
	runtime: join(folder, 'runtime'),
	version: '1.30.0',
	linker: none,
	...more,
});

async function installAll(more?: Partial<InstallMeans>) {
	return install(means(more));
}

const isX64 = process.arch === 'x64' && process.platform === 'linux';

describe.skipIf(!isX64)('installing', () => {
	test('brings every library, and shows ONNX Runtime its part', async () => {
		const bytes = [...index.wheels.values()].reduce((sum, { length }) => sum + length, 0);
		expect(await installAll()).toBe(bytes);
		const { dataDir, runtime = '' } = means();
		expect(readdirSync(join(dataDir, 'cuda/lib')).sort()).toEqual(NVIDIA.map(({ file }) => file).sort());
		expect(readFileSync(join(dataDir, 'cuda/lib', NVIDIA[0].file), 'utf8')).toBe(`${NVIDIA[0].file} `.repeat(500));
		expect(readFileSync(join(runtime, PROVIDER), 'utf8')).toBe('the provider');
		expect(readlinkSync(join(runtime, PROVIDER))).toBe(join(dataDir, 'cuda/onnxruntime-1.30.0', PROVIDER));
		expect(readdirSync(runtime)).not.toContain('libonnxruntime.so.1.30.0');
		expect([...findLibraries(dataDir, {}, none).values()]).not.toContain(undefined);
	});

	test('does nothing the second time, and links again after npm ci without a download', async () => {
		await installAll();
		index.asked.length = 0;
		expect(await installAll()).toBe(0);
		rmSync(join(folder, 'runtime'), { recursive: true });
		expect(await installAll()).toBe(0);
		expect(index.asked).toEqual([]);
		expect(existsSync(join(folder, 'runtime', PROVIDER))).toBe(true);
	});

	test('leaves out what the machine has', async () => {
		const linker = () => '\tlibcublas.so.13 (libc6,x86-64) => /usr/lib/libcublas.so.13\n';
		const planned = await planInstall(means({ linker }));
		expect(planned.map(({ wheel }) => wheel.name).join()).not.toContain('cublas');
		expect(planned).toHaveLength(NVIDIA.length);
	});

	test('removes the library of a former version of ONNX Runtime', async () => {
		await installAll();
		rmSync(join(folder, 'runtime'), { recursive: true });
		index.add(RUNTIME.replace('1.30.0', '1.31.0'), {
			[`onnxruntime/capi/${PROVIDER}`]: 'the next provider',
			'onnxruntime/capi/libonnxruntime_providers_shared.so': 'its loader',
		});
		await installAll({ version: '1.31.0' });
		expect(readdirSync(join(folder, 'data/cuda')).filter((name) => name.startsWith('onnx'))).toEqual([
			'onnxruntime-1.31.0',
		]);
		expect(readFileSync(join(folder, 'runtime', PROVIDER), 'utf8')).toBe('the next provider');
	});

	test('resumes after a dropped connection', async () => {
		index.drops.push(40);
		await installAll();
		expect(index.asked.slice(0, 2)).toEqual([RUNTIME, `${RUNTIME} bytes=40-`]);
		expect(readFileSync(join(folder, 'runtime', PROVIDER), 'utf8')).toBe('the provider');
	});

	test('refuses bytes with another checksum', async () => {
		index.damaged.add(RUNTIME);
		await expect(installAll()).rejects.toThrow(/^onnxruntime_gpu-1\.30\.0.* arrived damaged, with another checksum/);
		expect(existsSync(join(folder, 'runtime', PROVIDER))).toBe(false);
	});

	test('a wheel counts only once all of it is in place', async () => {
		const { file, project, major } = NVIDIA[4];
		const name = `${project.replaceAll('-', '_')}-${major}.2.1-${LINUX}`;
		const companion = 'libcudnn_ops.so.9';
		index.add(name, {
			[`nvidia/cudnn/lib/${file}`]: 'the dispatcher',
			[`nvidia/cudnn/lib/${companion}`]: 'what it loads',
		});
		// A folder in the companion's place makes the last step fail after the wheel was unpacked.
		const { dataDir } = means();
		await mkdir(join(dataDir, 'cuda/lib', companion, 'in the way'), { recursive: true });
		await expect(installAll()).rejects.toThrow();
		expect(existsSync(join(dataDir, 'cuda/lib', file))).toBe(false);
		await rm(join(dataDir, 'cuda/lib', companion), { recursive: true });
		await installAll();
		expect(readFileSync(join(dataDir, 'cuda/lib', companion), 'utf8')).toBe('what it loads');
		expect(readdirSync(join(dataDir, 'cuda')).filter((each) => each.includes('.whl'))).toEqual([]);
	});

	test('a wheel without its library is refused', async () => {
		index.add(RUNTIME, { 'onnxruntime/capi/other.so': 'x' });
		await expect(installAll()).rejects.toThrow(/does not hold libonnxruntime_providers_cuda\.so as it should/);
	});

	test('says that the data directory cannot be used', async () => {
		await writeFile(join(folder, 'data'), 'a file');
		await expect(installAll()).rejects.toThrow(/^DATA_DIR cannot be used \(/);
	});

	test('makes the next start test the device anew', async () => {
		await mkdir(join(folder, 'data'), { recursive: true });
		await writeFile(join(folder, 'data/device.json'), '{}');
		await installAll();
		expect(existsSync(join(folder, 'data/device.json'))).toBe(false);
	});

	test('says how much room it needs', async () => {
		const disk = { ...realDisk, free: async () => 2 ** 20 };
		await expect(installAll({ disk })).rejects.toThrow(
			/take up to \d+ MiB while they are unpacked, but only 1\.0 MiB is free/,
		);
	});

	test('stops when told to, and throws nothing else', async () => {
		const stop = new AbortController();
		const reason = new Error('stopped');
		const meter = () => stop.abort(reason);
		await expect(installAll({ signal: stop.signal, meter })).rejects.toBe(reason);
	});
});

describe('the wheel of a project', () => {
	const add = (...names: string[]) => names.forEach((name) => void index.add(name, { a: name }));
	const find = (major: number, machine: { arch: NodeJS.Architecture } = INTEL) =>
		findWheel(index.address, 'nvidia-thing', { major }, machine);

	test('is the newest release of a version that is not withdrawn', async () => {
		add(`nvidia_thing-13.9.0-${LINUX}`, `nvidia_thing-13.10.0-${LINUX}`, `nvidia_thing-14.0.0-${LINUX}`);
		add(`nvidia_thing-13.11.0-${LINUX}`);
		index.yanked.add(`nvidia_thing-13.11.0-${LINUX}`);
		expect((await find(13)).name).toBe(`nvidia_thing-13.10.0-${LINUX}`);
	});

	test('is no pre-release, and no path', async () => {
		add(`nvidia_thing-13.1.0-${LINUX}`, `nvidia_thing-13.2.0rc1-${LINUX}`);
		expect((await find(13)).name).toBe(`nvidia_thing-13.1.0-${LINUX}`);
		index.wheels.set(`nvidia_thing-13.3.0/../../../away-${LINUX}`, Buffer.from('x'));
		await expect(find(13)).rejects.toThrow(/does not answer as one \(PEP 691\)/);
	});

	test('comes with the user and password of the address, which nobody sees', async () => {
		const { host } = new URL(index.address);
		const address = `http://ada:s3cret@${host}/simple`;
		add(`nvidia_thing-13.1.0-${LINUX}`);
		await findWheel(address, 'nvidia-thing', { major: 13 }, INTEL);
		expect(index.authorization).toBe(`Basic ${Buffer.from('ada:s3cret').toString('base64')}`);
		const attempt = findWheel(address, 'nvidia-thing', { major: 99 }, INTEL);
		await expect(attempt).rejects.toThrow(`The package index http://${host}/simple has no`);
	});

	test('is for this processor and for Linux', async () => {
		add('nvidia_thing-13.1-py3-none-win_amd64.whl', 'nvidia_thing-13.1-py3-none-manylinux_2_27_aarch64.whl');
		expect((await find(13, ARM)).name).toMatch(/aarch64/);
		await expect(find(13)).rejects.toThrow(/^The package index http.* has no nvidia-thing 13\.x for Linux on x64\.$/);
	});

	test.each([
		[503, /^The package index http.*\/simple answered with status 503\.$/],
		[404, /answered with status 404/],
	])('is not found if the index answers with %d', async (status, sentence) => {
		index.status = status;
		await expect(find(13)).rejects.toThrow(sentence);
	});

	test('is not found if nobody answers', async () => {
		index.close();
		await expect(find(13)).rejects.toThrow(
			/cannot be reached \(.*\); check the network, HTTPS_PROXY, or PIP_INDEX_URL\.$/,
		);
	});
});
