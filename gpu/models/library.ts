/** The models on this machine, and what each of them reads prompts with. */
import { basename, join } from 'node:path';
import type { Device } from '../device.ts';
import { ModelError, UserError } from '../errors.ts';
import type { DamagedModel, ModelSummary } from '../queue/runner.ts';
import { quoted } from '../quoted.ts';
import { BUNDLED } from './bundled.ts';
import type { OpenedDenoiser } from './denoiser.ts';
import { embeddingsEncoder, openEmbeddings } from './embeddings/encoder.ts';
import { findEmbeddings, foldersOf, lookInto } from './embeddings/find.ts';
import { familyOf, openModel } from './families.ts';
import { installedModels } from './installed.ts';
import { licenceOf } from './licence.ts';
import { readModelIndex } from './model-index.ts';
import { combined, fileRevision } from './revision.ts';
import { encodersIn, hasTextEncoder } from './scan.ts';
import { readSchedule, scheduleFiles } from './schedule.ts';
import type { TextEncoder } from './text-encoder.ts';
import { checkTextEncoder, openTextEncoder, textEncoderWidth } from './text-encoders.ts';
import { readVocabulary } from './vocabulary.ts';
import { hasWatermark, watermarkFile } from './watermark.ts';

export interface LibraryOptions {
	/** Where to look for models in addition to the bundled ones; a model in a later folder replaces one of the same name. */
	readonly folders?: readonly string[];
	/** A file of the names of models that come before all others; see installedModels. */
	readonly preferred?: string;
	/** Name or directory of the model whose text encoder all models of its width use, even those with one of their own. */
	readonly textEncoder?: string;
	/** A file of prompt embeddings that all models of its width use instead of a text encoder. */
	readonly embeddings?: string;
}

/** A directory with a text encoder. */
interface EncoderFiles {
	readonly encoder: string;
}

/** A directory with a text encoder, or a file of embeddings. */
type PromptFiles = EncoderFiles | { readonly embeddings: string };

/** What a model reads prompts with. */
export type PromptSource =
	| PromptFiles
	/** Only embeddings of that width, which people provide. */
	| { readonly broughtOfWidth: number };

/** Opens what a model reads prompts with; see openTextEncoder for `cacheFolder`. */
export async function openPromptSource(
	source: PromptSource,
	device: Device,
	cacheFolder?: string,
): Promise<TextEncoder> {
	if ('broughtOfWidth' in source) return embeddingsEncoder(source.broughtOfWidth, []);
	if ('embeddings' in source) return openEmbeddings(source.embeddings);
	return openTextEncoder(source.encoder, device, cacheFolder);
}

export class ModelLibrary {
	readonly #options: LibraryOptions;

	constructor(options: LibraryOptions = {}) {
		this.#options = options;
	}

	get #folders(): readonly string[] {
		return this.#options.folders ?? [];
	}

	/** See installedModels. */
	list(): Promise<ReadonlyMap<string, string>> {
		return installedModels(this.#folders, this.#options.preferred);
	}

	/** The directory of a model. Throws a UserError that lists the models if there is none of that name. */
	async find(name: string): Promise<string> {
		const directories = await this.list();
		const directory = directories.get(name);
		if (directory) return directory;
		const names = [...directories.keys()].join(', ') || 'none';
		throw new UserError(`There is no model "${name}"; the models here are: ${names}.`);
	}

	/**
	 * A model's summary, as people see it. Reads only configs and headers. Throws a ModelError if the directory is damaged, or
	 * if what should read its prompts does not fit it.
	 */
	async summarise(name: string, directory: string): Promise<ModelSummary> {
		const index = await readModelIndex(directory);
		const family = await familyOf(directory);
		const described = await family.describe(directory);
		await readSchedule(directory);
		const source = await this.promptSource(directory, described.textWidth);
		const reader = await revisionOfSource(source);
		const knownPrompts = await promptsOf(source);
		const { guidanceScale, summary, defaultPrompts, sampling } = { ...described, ...index };
		// A word that the encoder never learned means nothing to the network, whatever the network has seen.
		const vocabularies = [directory, ...('encoder' in source ? [source.encoder] : [])].map(readVocabulary);
		const [settings, ...known] = await Promise.all([revisionOfSettings(directory), ...vocabularies]);
		const vocabulary = known.find((each) => each !== undefined);
		const watermarked = index.watermarked === true;
		const licence = licenceOf(directory, watermarked);
		const knows = {
			...(licence !== undefined && { licence }),
			...(knownPrompts && { knownPrompts }),
			...(defaultPrompts && { defaultPrompts }),
			// What was learned beyond the only prompts that can be read cannot be drawn.
			...(vocabulary && !knownPrompts && { vocabulary }),
			...(sampling && { sampling }),
			...(watermarked && !hasWatermark(directory) && { lacksWatermark: true as const }),
		};
		const revision = combined(described.revision, JSON.stringify(index), settings, reader);
		return { ...described, name, revision, guidanceScale, summary, ...knows };
	}

	/**
	 * Opens the model in `directory`; see ModelFamily.open.
	 *
	 * @param openSource opens what it reads prompts with, which models may share
	 */
	open(
		directory: string,
		device: Device,
		openSource: (source: PromptSource) => Promise<TextEncoder> = (source) => openPromptSource(source, device),
	): Promise<OpenedDenoiser> {
		return openModel(directory, device, async (width) => openSource(await this.promptSource(directory, width)));
	}

	/**
	 * What the model in `directory`, whose network needs embeddings of this width, reads prompts with. In this order: what is
	 * configured; what its index names; its own text encoder; a file of embeddings in it or next to it; another model's. Throws
	 * a ModelError if what is named is not there, or has another width.
	 */
	async promptSource(directory: string, width: number): Promise<PromptSource> {
		const configured = await this.#configured(width).catch((error: Error) => error);
		if (configured && !(configured instanceof Error)) return configured;
		const ownEncoder = hasTextEncoder(directory) ? { encoder: directory } : undefined;
		const own = (await encoderNamedIn(directory)) ?? ownEncoder;
		if (own) return withWidth(own, width, directory);
		const { file } = await findEmbeddings(foldersOf(directory), width);
		const other = file === undefined ? await this.#borrowed(width) : { embeddings: file };
		if (other) return other;
		if (configured) throw configured;
		return { broughtOfWidth: width };
	}

	/** What is wrong with the configured prompt source, under the name of the file or model; undefined: nothing. */
	async damagedSource(): Promise<DamagedModel | undefined> {
		const { embeddings, textEncoder } = this.#options;
		try {
			if (embeddings !== undefined) await lookInto(embeddings);
			if (textEncoder !== undefined) await checkTextEncoder(await this.#encoderDirectory(textEncoder));
			return undefined;
		} catch (error) {
			return { name: basename(embeddings ?? textEncoder ?? ''), damage: (error as Error).message };
		}
	}

	/** What is wrong with the embeddings in or next to the directory of a model that can use none; undefined: no such file. */
	async damagedEmbeddings(directory: string, width: number): Promise<DamagedModel | undefined> {
		return (await findEmbeddings(foldersOf(directory), width)).damage;
	}

	/** As promptSource, with the width from the network's configuration. */
	async promptSourceOf(directory: string): Promise<PromptSource> {
		const { textWidth } = await (await familyOf(directory)).describe(directory);
		return this.promptSource(directory, textWidth);
	}

	async #configured(width: number): Promise<PromptFiles | undefined> {
		const { embeddings, textEncoder } = this.#options;
		if (embeddings !== undefined && (await lookInto(embeddings)).width === width) return { embeddings };
		if (textEncoder === undefined) return undefined;
		const encoder = await this.#encoderDirectory(textEncoder);
		return (await textEncoderWidth(encoder)) === width ? { encoder } : undefined;
	}

	async #encoderDirectory(nameOrPath: string): Promise<string> {
		return hasTextEncoder(nameOrPath) ? nameOrPath : this.find(nameOrPath);
	}

	/** DeepFloyd's stages use the same T5, and stage II is often downloaded without it. */
	async #borrowed(width: number): Promise<PromptFiles | undefined> {
		for (const directory of (await Promise.all(this.#folders.map(encodersIn))).flat()) {
			if (await isUsable(directory, width).catch(() => false)) return { encoder: directory };
		}
		for (const directory of (await this.list()).values()) {
			// A damaged encoder is reported for its own model.
			if (hasTextEncoder(directory)) {
				if (await isUsable(directory, width).catch(() => false)) return { encoder: directory };
				continue;
			}
			const { file } = await findEmbeddings([directory], width);
			if (file !== undefined) return { embeddings: file };
		}
		return undefined;
	}
}

/** Throws a ModelError if the network of the model in `directory` needs embeddings of another width. */
async function withWidth(source: EncoderFiles, width: number, directory: string): Promise<EncoderFiles> {
	const found = await textEncoderWidth(source.encoder);
	if (found === width) return source;
	throw new ModelError(
		`${directory}: the network reads embeddings of width ${width}, but those of ${source.encoder} have ${found}; they belong to different models`,
	);
}

/** Throws a ModelError if the encoder is damaged. */
async function isUsable(encoder: string, width: number): Promise<boolean> {
	await checkTextEncoder(encoder);
	return (await textEncoderWidth(encoder)) === width;
}

/** Of the schedules and the mark in a model's directory. */
async function revisionOfSettings(directory: string): Promise<string> {
	const mark = watermarkFile(directory);
	const files = [...scheduleFiles(directory), ...(mark === undefined ? [] : [mark])];
	return combined(...(await Promise.all(files.map(fileRevision))));
}

/** Throws a ModelError if it is damaged. */
async function revisionOfSource(source: PromptSource): Promise<string> {
	if ('encoder' in source) return checkTextEncoder(source.encoder);
	return 'embeddings' in source ? fileRevision(source.embeddings) : '';
}

/** The only prompts that a source can read; undefined: any. */
async function promptsOf(source: PromptSource): Promise<readonly string[] | undefined> {
	if ('encoder' in source) return undefined;
	return 'embeddings' in source ? (await lookInto(source.embeddings)).prompts : [];
}

/**
 * The directory that a model made for Flipside names in its index, next to it or among the bundled models, so that stages
 * with the same encoder need only one copy on disk.
 */
async function encoderNamedIn(directory: string): Promise<EncoderFiles | undefined> {
	const { textEncoder } = await readModelIndex(directory);
	if (textEncoder === undefined) return undefined;
	const candidates = [join(directory, textEncoder), join(BUNDLED, textEncoder.slice('../'.length))];
	const found = candidates.find(hasTextEncoder);
	if (found) return { encoder: found };
	throw new ModelError(
		`${join(directory, 'model_index.json')}: field "flipside.textEncoder" is ${quoted(textEncoder)}, but ${candidates[0]} holds no text_encoder`,
	);
}
