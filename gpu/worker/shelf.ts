/** The models that this process has opened, each once, and what it knows of the others. */
import { openDenoiser } from '../models/deepfloyd/denoiser.ts';
import type { Denoiser } from '../models/denoiser.ts';
import { findModelDirectory, listModelDirectories, summarise } from '../models/directory.ts';
import type { TextEncoder } from '../models/text-encoder.ts';
import { openTextEncoder } from '../models/text-encoders.ts';
import type { Device } from '../onnx/session.ts';
import type { DamagedModel, ModelList, ModelSummary } from '../queue/runner.ts';

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

export function createShelf({ modelDir, device }: ShelfOptions): Shelf {
	/** By directory, so that a model that was replaced by one of another folder is opened anew. */
	const opened = new Map<string, Promise<Denoiser>>();
	/** By directory too: stage II reads prompts with stage I's encoder, which need not be in memory twice. */
	const encoders = new Map<string, Promise<TextEncoder>>();

	function openEncoder(directory: string): Promise<TextEncoder> {
		const encoder = encoders.get(directory) ?? openTextEncoder(directory, device).then(shared);
		encoders.set(directory, encoder);
		encoder.catch(() => encoders.delete(directory));
		return encoder;
	}

	return {
		async open(name) {
			const directory = await findModelDirectory(name, modelDir);
			const denoiser = opened.get(directory) ?? openDenoiser(directory, device, openEncoder);
			opened.set(directory, denoiser);
			// A failure is not kept: the directory may have been mended by the next time.
			denoiser.catch(() => opened.delete(directory));
			return denoiser;
		},

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
