/** The models of this process: what it knows of each, and those that it has opened. */
import type { Denoiser, OpenedDenoiser } from '../models/denoiser.ts';
import { findModelDirectory, listModelDirectories, summarise } from '../models/directory.ts';
import { openModel } from '../models/families.ts';
import { fits } from '../models/memory.ts';
import type { TextEncoder } from '../models/text-encoder.ts';
import { openTextEncoder } from '../models/text-encoders.ts';
import { dtypeBytes } from '../onnx/dtype.ts';
import type { Device } from '../onnx/session.ts';
import type { DamagedModel, ModelList, ModelSummary } from '../queue/runner.ts';
import { Lending } from './lending.ts';

export interface Shelf {
	/**
	 * Runs `work` with the model of that name, opened on first use. Throws a UserError when there is none, a ModelError when it
	 * is damaged, and whatever `work` throws.
	 */
	use<Result>(name: string, work: (denoiser: Denoiser) => Promise<Result>): Promise<Result>;
	/** Every model directory: those that can be read, the default first, and what is wrong with the others. */
	list(): Promise<ModelList>;
}

export interface ShelfOptions {
	/** A folder of model directories besides the bundled ones. */
	readonly modelDir?: string;
	/** For what large text encoders make of prompts. */
	readonly embeddingsFolder: string;
	readonly device: Device;
}

export function createShelf({ modelDir, embeddingsFolder, device }: ShelfOptions): Shelf {
	// Stage II reads prompts with stage I's encoder, which need not be in memory twice.
	const openEncoder = shared((directory) => openTextEncoder(directory, device, embeddingsFolder));
	// By directory, so that a model that was replaced by one of another folder is opened anew.
	const models = new Lending<OpenedDenoiser>({
		open: (directory) => openModel(directory, device, openEncoder),
		fits: async (directory) => fits(await bytesOf(directory, device), device),
		onError: (error) => console.error('a model could not be closed:', error),
	});

	return {
		use: async (name, work) => models.use(await findModelDirectory(name, modelDir), work),

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

/** That the weights of a model take where it runs; its text encoder looks after itself. */
async function bytesOf(directory: string, { provider }: Device): Promise<number> {
	const { parameters } = await summarise(directory);
	return parameters * dtypeBytes(provider === 'cpu' ? 'float32' : 'float16');
}

/** One for all who open the same: it is closed when the last of them closes it. */
function shared(open: (directory: string) => Promise<TextEncoder>): (directory: string) => Promise<TextEncoder> {
	const opened = new Map<string, { readonly encoder: Promise<TextEncoder>; users: number }>();
	return async (directory) => {
		const entry = opened.get(directory) ?? { encoder: open(directory), users: 0 };
		opened.set(directory, entry);
		entry.users++;
		const release = () => {
			entry.users--;
			if (entry.users === 0 && opened.get(directory) === entry) opened.delete(directory);
			return entry.users === 0;
		};
		try {
			const encoder = await entry.encoder;
			return {
				...encoder,
				async close() {
					if (release()) await encoder.close();
				},
			};
		} catch (error) {
			release();
			throw error;
		}
	};
}
