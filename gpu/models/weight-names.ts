/** How files of weights are called: in full or half precision, in one file or in shards with an index. */

export type Precision = 'full' | 'half';

/** One spelling of their names. */
export interface Spelling {
	readonly single: string;
	/** Names of the index of shards. */
	readonly indexes: readonly string[];
	readonly isShard: (name: string) => boolean;
}

/** `diffusion_pytorch_model` is diffusers' name, `model` is transformers'. */
export const BASE_NAMES = ['diffusion_pytorch_model', 'model'] as const;

const SHARD = /-\d+-of-\d+.*\.safetensors$/;

const isHalf = (name: string) => name.includes('.fp16');

/** Whatever its precision. */
export const isShard = (name: string): boolean => SHARD.test(name);

export const SPELLINGS: Readonly<Record<Precision, readonly Spelling[]>> = {
	full: BASE_NAMES.map((base) => ({
		single: `${base}.safetensors`,
		indexes: [`${base}.safetensors.index.json`],
		isShard: (name) => isShardOf(base, name) && !isHalf(name),
	})),
	half: BASE_NAMES.map((base) => ({
		single: `${base}.fp16.safetensors`,
		// All spellings exist; the second is what older versions of diffusers wrote.
		indexes: [
			`${base}.safetensors.index.fp16.json`,
			`${base}.safetensors.fp16.index.json`,
			`${base}.fp16.safetensors.index.json`,
		],
		isShard: (name) => isShardOf(base, name) && isHalf(name),
	})),
};

const isShardOf = (base: string, name: string) =>
	name.startsWith(base) && /^[.-]/.test(name.slice(base.length)) && isShard(name);

/** The spellings in the order in which they are looked for. */
export const spellingsBy = (prefer: Precision): readonly Spelling[] =>
	prefer === 'full' ? [...SPELLINGS.full, ...SPELLINGS.half] : [...SPELLINGS.half, ...SPELLINGS.full];

/** The spelling of a shard's name. */
export const spellingOfShard = (shard: string): Spelling | undefined =>
	spellingsBy('full').find((spelling) => spelling.isShard(shard));
