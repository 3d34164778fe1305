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

/** The stage of the network in a model directory. Throws a ModelError if it evidently cannot be used. */
export async function stageOf(directory: string): Promise<1 | 2> {
	const folder = join(directory, 'unet');
	const { hasNoiseLevel } = await readUNetConfig(join(folder, 'config.json'));
	await openWeightFiles(folder, 'half');
	return hasNoiseLevel ? 2 : 1;
}

/** Whether a directory holds a T5, the encoder of all DeepFloyd models. */
export async function holdsT5(directory: string): Promise<boolean> {
	if (!hasTextEncoder(directory)) return false;
	const config = await readJson(join(directory, 'text_encoder', 'config.json')).catch(() => undefined);
	return (config as { model_type?: unknown } | undefined)?.model_type === 't5';
}
