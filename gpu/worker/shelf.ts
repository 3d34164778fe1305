/** The models of this process: their summaries, and those that it has open. */

import type { Device } from '../device.ts';
import type { OpenedDenoiser } from '../models/denoiser.ts';
import { type LibraryOptions, ModelLibrary, openPromptSource, type PromptSource } from '../models/library.ts';
import { fits } from '../models/memory.ts';
import type { TextEncoder } from '../models/text-encoder.ts';
import { readWatermark } from '../models/watermark.ts';
import { dtypeBytes } from '../onnx/dtype.ts';
import type { DamagedModel, ModelList, ModelSummary } from '../queue/runner.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { guessedPace } from './guessed-pace.ts';
import { Lending } from './lending.ts';

export interface Shelf {
	/**
	 * Runs `work` with the model of that name, which is opened on first use. Throws a UserError if there is none, a ModelError if
	 * it is damaged, and whatever `work` throws.
	 */
	use<Result>(name: string, work: (denoiser: OpenedDenoiser) => Promise<Result>): Promise<Result>;
	/** The same with what reads that model's prompts, without opening its networks. */
	useEncoder<Result>(name: string, work: (encoder: TextEncoder) => Promise<Result>): Promise<Result>;
	/** The mark for a model's pictures, [4, H, W] in levels of 0..255; undefined if they get none. Throws as `use` does. */
	watermark(name: string): Promise<Tensor | undefined>;
	/** All model directories: those that can be read, the default first, and what is wrong with the others. */
	list(): Promise<ModelList>;
}

export interface ShelfOptions extends LibraryOptions {
	/** Where large text encoders' output is kept. */
	readonly embeddingsFolder: string;
	readonly device: Device;
	/** Whether pictures are marked where a model has a mark; absent: yes. */
	readonly watermark?: boolean;
	/** Receives the names of the models that are open, the most recently used first, whenever that changes. */
	readonly onLoaded?: (names: readonly string[]) => void;
}

export function createShelf({ embeddingsFolder, device, watermark = true, onLoaded, ...options }: ShelfOptions): Shelf {
	const library = new ModelLibrary(options);
	// Stage II uses stage I's encoder, which need not be in memory twice.
	const openSource = shared((source) => openPromptSource(source, device, embeddingsFolder));
	/** The name under which each directory was last asked for. */
	const names = new Map<string, string>();
	// Keyed by directory, so that a model that was replaced by one in another folder is reopened.
	const models = new Lending<OpenedDenoiser>({
		open: (directory) => library.open(directory, device, openSource),
		fits: async (directory) => fits(await bytesOf(directory, library, device), device),
		onError: (error) => console.error('a model could not be closed:', error),
		onChange: (open) => onLoaded?.(open.map((directory) => names.get(directory) ?? directory)),
	});

	return {
		async use(name, work) {
			const directory = await library.find(name);
			names.set(directory, name);
			return models.use(directory, work);
		},

		async useEncoder(name, work) {
			const encoder = await openSource(await library.promptSourceOf(await library.find(name)));
			try {
				return await work(encoder);
			} finally {
				await encoder.close();
			}
		},

		async watermark(name) {
			return watermark ? readWatermark(await library.find(name)) : undefined;
		},

		async list() {
			const usable: ModelSummary[] = [];
			const source = await library.damagedSource();
			const damaged: DamagedModel[] = source ? [source] : [];
			for (const [name, directory] of await library.list()) {
				try {
					const summary = await library.summarise(name, directory);
					usable.push({ ...summary, bytes: bytesOn(device, summary), guessedPace: guessedPace(summary, device) });
					if (summary.knownPrompts?.length !== 0) continue;
					const beside = await library.damagedEmbeddings(directory, summary.textWidth);
					if (beside && !damaged.some((other) => other.name === beside.name)) damaged.push(beside);
				} catch (error) {
					damaged.push({ name, damage: error instanceof Error ? error.message : String(error) });
				}
			}
			const { provider, memory = 'auto' } = device;
			return { usable, damaged, device: { provider, memory } };
		},
	};
}

/** The bytes that a model's weights take where it runs; its text encoder takes care of itself. */
async function bytesOf(directory: string, library: ModelLibrary, device: Device): Promise<number> {
	return bytesOn(device, await library.summarise('', directory));
}

const bytesOn = ({ provider }: Device, { parameters }: Pick<ModelSummary, 'parameters'>): number =>
	parameters * dtypeBytes(provider === 'cpu' ? 'float32' : 'float16');

/** Shares one encoder among all that open the same source; it is closed when the last of them closes it. */
function shared(open: (source: PromptSource) => Promise<TextEncoder>): (source: PromptSource) => Promise<TextEncoder> {
	const opened = new Map<string, { readonly encoder: Promise<TextEncoder>; users: number }>();
	return async (source) => {
		const key = JSON.stringify(source);
		const entry = opened.get(key) ?? { encoder: open(source), users: 0 };
		opened.set(key, entry);
		entry.users++;
		const release = () => {
			entry.users--;
			if (entry.users === 0 && opened.get(key) === entry) opened.delete(key);
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
