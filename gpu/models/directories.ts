/** What may be known of model directories outside of gpu/: where they are and what they hold. Nothing here opens a network. */
import { join } from 'node:path';
import { readUNetConfig } from './deepfloyd/config.ts';
import { readJson } from './json.ts';
import { hasTextEncoder } from './scan.ts';
import { openWeightFiles } from './weight-files.ts';

export {
	installedModels,
	modelFolders,
	ownModels,
	preferredModels,
	readPreferred,
	writePreferred,
} from './installed.ts';
export { type NeededFiles, neededFiles } from './needed-files.ts';
export { encodersIn, hasTextEncoder } from './scan.ts';

export interface NetworkState {
	/** Absent if its configuration cannot be read. */
	readonly stage?: 1 | 2;
	/** Why it evidently cannot be used; absent: nothing speaks against it. */
	readonly problem?: string;
}

/** What shows of the network in a model directory without the weights' values. */
export async function networkIn(directory: string): Promise<NetworkState> {
	const folder = join(directory, 'unet');
	let stage: 1 | 2 | undefined;
	try {
		stage = (await readUNetConfig(join(folder, 'config.json'))).hasNoiseLevel ? 2 : 1;
		await openWeightFiles(folder, 'half');
		return { stage };
	} catch (error) {
		return { ...(stage && { stage }), problem: (error as Error).message };
	}
}

/** Whether a directory holds a T5, the encoder of all DeepFloyd models. */
export async function holdsT5(directory: string): Promise<boolean> {
	if (!hasTextEncoder(directory)) return false;
	const config = await readJson(join(directory, 'text_encoder', 'config.json')).catch(() => undefined);
	return (config as { model_type?: unknown } | undefined)?.model_type === 't5';
}
