/** The models that this process has opened, each once, and what it knows of the others. */
import { openDenoiser } from '../models/deepfloyd/denoiser.ts';
import type { Denoiser } from '../models/denoiser.ts';
import { findModelDirectory, listModelDirectories, summarise } from '../models/directory.ts';
import type { Device } from '../onnx/session.ts';
import type { ModelSummary } from '../queue/runner.ts';

export interface Shelf {
	/** The model of that name, opened on first use. Throws a UserError when there is none, a ModelError when it is damaged. */
	open(name: string): Promise<Denoiser>;
	/** Every model that can be read, the default first. The others are told to `onDamaged`. */
	summaries(): Promise<readonly ModelSummary[]>;
}

export interface ShelfOptions {
	/** A folder of model directories besides the bundled ones. */
	readonly modelDir?: string;
	readonly device: Device;
	readonly onDamaged: (error: unknown) => void;
}

export function createShelf({ modelDir, device, onDamaged }: ShelfOptions): Shelf {
	/** By directory, so that a model that was replaced by one of another folder is opened anew. */
	const opened = new Map<string, Promise<Denoiser>>();
	return {
		async open(name) {
			const directory = await findModelDirectory(name, modelDir);
			const denoiser = opened.get(directory) ?? openDenoiser(directory, device);
			opened.set(directory, denoiser);
			// A failure is not kept: the directory may have been mended by the next time.
			denoiser.catch(() => opened.delete(directory));
			return denoiser;
		},

		async summaries() {
			const directories = await listModelDirectories(modelDir);
			const summaries = await Promise.all(
				[...directories.values()].map((directory) =>
					summarise(directory).catch((error: unknown) => {
						onDamaged(error);
						return [];
					}),
				),
			);
			return summaries.flat();
		},
	};
}
