/** Lays out a tiny DeepFloyd (test/fixtures/deepfloyd) on disk as people have it. */
import { cpSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const FIXTURES = 'test/fixtures/deepfloyd';
export const STAGE_1 = 'IF-I-M-v1.0';
export const STAGE_2 = 'IF-II-M-v1.0';

export interface RepositoryOptions {
	/** False for only unet, scheduler and model_index.json, which is all that people with embeddings download. */
	readonly encoder?: boolean;
}

/** Writes a downloaded repository into `directory`, with its watermark, and parts that the bot ignores. Stage II never has an encoder. */
export function downloadRepository(
	directory: string,
	name: string,
	{ encoder = true }: RepositoryOptions = {},
): string {
	const from = join(FIXTURES, name);
	for (const part of readdirSync(from)) {
		if (part !== 'text_encoder' || encoder) cpSync(join(from, part), join(directory, part), { recursive: true });
	}
	if (encoder && name === STAGE_1) {
		mkdirSync(join(directory, 'tokenizer'));
		cpSync('test/fixtures/sentencepiece/spiece.model', join(directory, 'tokenizer/spiece.model'));
		writeFileSync(join(directory, 'tokenizer/tokenizer_config.json'), '{"tokenizer_class": "T5Tokenizer"}');
	}
	cpSync(join(FIXTURES, 'watermark/watermarker'), join(directory, 'watermarker'), { recursive: true });
	for (const part of ['safety_checker', 'feature_extractor']) {
		mkdirSync(join(directory, part));
		writeFileSync(join(directory, part, 'config.json'), '{}');
	}
	writeFileSync(join(directory, 'README.md'), '# DeepFloyd IF\n');
	return directory;
}

export interface CachedRepository {
	/** The folder of a repository in the cache, such as models--DeepFloyd--IF-I-M-v1.0. */
	readonly repository: string;
	readonly snapshot: string;
}

/** Writes the same into a Hugging Face cache, where each file of a snapshot links to a blob named by its hash. */
export function cacheRepository(
	hub: string,
	name: string,
	{
		owner = 'DeepFloyd',
		commit = '0123456789'.repeat(4),
		...options
	}: RepositoryOptions & { owner?: string; commit?: string } = {},
): CachedRepository {
	const repository = join(hub, `models--${owner}--${name}`);
	const snapshot = downloadRepository(join(repository, 'snapshots', commit), name, options);
	const blobs = join(repository, 'blobs');
	mkdirSync(blobs, { recursive: true });
	const files = readdirSync(snapshot, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	for (const [i, { parentPath, name: file }] of files.entries()) {
		const link = join(parentPath, file);
		const blob = join(blobs, `${commit.slice(0, 32)}${String(i).padStart(8, '0')}`);
		renameSync(link, blob);
		symlinkSync(relative(dirname(link), blob), link);
	}
	mkdirSync(join(repository, 'refs'), { recursive: true });
	writeFileSync(join(repository, 'refs/main'), commit);
	return { repository, snapshot };
}
