/** The models that this process has opened, each once, and what it knows of the others. */
import type { Denoiser } from '../models/denoiser.ts';
import { findModelDirectory, listModelDirectories, summarise } from '../models/directory.ts';
import { openModel } from '../models/families.ts';
import type { TextEncoder } from '../models/text-encoder.ts';
import { openTextEncoder } from '../models/text-encoders.ts';
import type { Device } from '../onnx/session.ts';
import type { DamagedModel, ModelList, ModelSummary } from '../queue/runner.ts';
import { remember } from '../remember.ts';

export interface Shelf {
	/** The model of that name, opened on first use. Throws a UserError when there is none, a ModelError when it is damaged. */
	open(name: string): Promise<Denoiser>;
	/** Every model directory: those that can be read, the default first, and what is wrong with the others. */
	list(): Promise<ModelList>;
}

export interface ShelfOptions {
	/** A folder of model directories besides the bundled ones. */
	readonly modelDir?: string;
	readonly device: Device;
}

/** More than a class uses side by side: those of both stages, and a few that are being compared. */
const KEPT_MODELS = 8;

export function createShelf({ modelDir, device }: ShelfOptions): Shelf {
	// Stage II reads prompts with stage I's encoder, which need not be in memory twice.
	const openEncoder = remember((directory: string) => openTextEncoder(directory, device).then(shared), {
		max: KEPT_MODELS,
	});
	// By directory, so that a model that was replaced by one of another folder is opened anew.
	const openOnce = remember((directory: string) => openModel(directory, device, openEncoder), { max: KEPT_MODELS });

	return {
		open: async (name) => openOnce(await findModelDirectory(name, modelDir)),

		async list() {
			const usable: ModelSummary[] = [];
			const damaged: DamagedModel[] = [];
			for (const [name, directory] of await listModelDirectories(modelDir)) {
				try {
					usable.push(await summarise(directory));
				} catch (error) {
					damaged.push({ name, damage: error instanceof Error ? error.message : String(error) });
				}
			}
			return { usable, damaged };
		},
	};
}

/** For several models: none of them may close it. */
const shared = (encoder: TextEncoder): TextEncoder => ({ ...encoder, close: async () => {} });
