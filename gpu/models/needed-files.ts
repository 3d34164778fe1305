/** Of a published repository in the diffusers layout: the files that a model directory is run from. */
import { ModelError } from '../errors.ts';
import { type Precision, spellingsBy } from './weight-names.ts';

export interface NeededFiles {
	/** Network, schedules, and the watermark if there is one; the files that make the directory a model come last. */
	readonly network: readonly string[];
	/** The text encoder and its tokenizer; empty if the repository has none. */
	readonly encoder: readonly string[];
}

const INDEX = 'model_index.json';
const SCHEDULES = ['scheduler/scheduler_config.json', 'image_noising_scheduler/scheduler_config.json'];

/** Whatever a tokenizer is read from: a few megabytes in all. */
const TOKENIZER = /^tokenizer\/[\w-][\w.-]*\.(?:json|model)$/;

/**
 * @param paths of all files in the repository
 * @param prefer which weights, if it has them in both precisions
 * @throws {ModelError} if it has no network that can be read
 */
export function neededFiles(paths: readonly string[], prefer: Precision): NeededFiles {
	const present = new Set(paths);
	const existing = (...wanted: readonly string[]) => wanted.filter((path) => present.has(path));
	const component = (folder: string) => {
		const names = paths.flatMap((path) => namedIn(folder, path));
		return weightsIn(names, prefer).map((name) => `${folder}/${name}`);
	};
	const network = component('unet');
	if (network.length === 0 || !present.has('unet/config.json')) {
		throw new ModelError('holds no network in the form that is read here: unet/config.json and .safetensors beside it');
	}
	const encoder = component('text_encoder');
	return {
		network: [
			...network,
			...watermark(paths, component('watermarker')),
			...existing(...SCHEDULES),
			...existing('unet/config.json', INDEX),
		],
		encoder:
			encoder.length === 0
				? []
				: [...encoder, ...paths.filter((path) => TOKENIZER.test(path)), ...existing('text_encoder/config.json')],
	};
}

/** The rest of a path below a folder, unless that is in a folder of its own. */
function namedIn(folder: string, path: string): readonly string[] {
	const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : '';
	return name === '' || name.includes('/') ? [] : [name];
}

/** The weights of one component, with the index of their shards. */
function weightsIn(names: readonly string[], prefer: Precision): readonly string[] {
	for (const { single, indexes, isShard } of spellingsBy(prefer)) {
		if (names.includes(single)) return [single];
		const index = indexes.find((name) => names.includes(name));
		const shards = names.filter(isShard);
		if (index !== undefined && shards.length > 0) return [...shards, index];
	}
	return [];
}

/** It is small, and where it has no other file than a pickle, that is what it is. */
function watermark(paths: readonly string[], weights: readonly string[]): readonly string[] {
	const all = paths.filter((path) => namedIn('watermarker', path).length > 0);
	return weights.length > 0 ? [...weights, ...all.filter((path) => path === 'watermarker/config.json')] : all;
}
