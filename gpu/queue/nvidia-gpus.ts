/** The NVIDIA GPUs of this machine, by what their driver on Linux shows in the file system. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The numbers of the GPUs that are of the first one's model, as CUDA counts them in the order of their slots (nvidia-smi does
 * too). Fewer than two where there is only one, or the system does not tell.
 *
 * @param root for tests: the folder that stands for /
 * @param chosen the variable by which an operator limits what CUDA sees; it then counts those alone
 */
export function alikeGpus(root = '/', chosen = process.env.CUDA_VISIBLE_DEVICES): readonly number[] {
	if (chosen !== undefined) return [...namedIn(chosen).keys()];
	const models = gpusIn(root)
		// A container sees the descriptions of all GPUs, but has the devices of its own alone.
		.filter(({ minor }) => existsSync(join(root, `dev/nvidia${minor}`)))
		.map(({ model }) => model);
	return models.flatMap((model, id) => (model === models[0] ? [id] : []));
}

/** CUDA reads that variable up to the first name that is none, such as -1. */
function namedIn(chosen: string): readonly string[] {
	const names = chosen.split(',').map((name) => name.trim());
	const end = names.findIndex((name) => !/^(\d|GPU-|MIG-)/.test(name));
	return end === -1 ? names : names.slice(0, end);
}

interface NvidiaGpu {
	/** "NVIDIA H200" */
	readonly model: string;
	/** The number of its device file. */
	readonly minor: string;
}

/** In the order of their slots, which name their folders: 0000:41:00.0. */
function gpusIn(root: string): readonly NvidiaGpu[] {
	const folder = join(root, 'proc/driver/nvidia/gpus');
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.sort()
		.map((slot) => {
			const text = readFileSync(join(folder, slot, 'information'), 'utf8');
			const field = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1] ?? '';
			return { model: field('Model'), minor: field('Device Minor') };
		});
}
