/** One person's files of prompt embeddings: kept and removed by commands, and added to jobs. */
import type { PromptFile, PromptFiles } from '../../commands/lib/prompt-files.ts';
import {
	type Job,
	MAX_EMBEDDING_FILES,
	mayBringEmbeddings,
	promptFinder,
	promptsOf,
	UserError,
} from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { ModelList, ModelSummary } from '../../gpu/queue/runner.ts';
import { PromptFileStore } from '../store/prompt-files.ts';
import type { RequestRecord } from '../store/records.ts';
import type { RequestStore } from '../store/requests.ts';
import { readEmbeddings } from '../uploads/embeddings.ts';

/** How many files one person may keep: no more than one job can use. */
const MAX_FILES = MAX_EMBEDDING_FILES;

export interface PromptFilesDeps {
	readonly store: Pick<RequestStore, 'database'>;
	readonly blobs: BlobStore;
	readonly models: () => Promise<ModelList>;
}

/** The owner's files as this request's command sees them. */
export function promptFilesOf(
	request: Pick<RequestRecord, 'id' | 'owner'>,
	{ store, blobs, models }: PromptFilesDeps,
): PromptFiles {
	const { owner } = request;
	const kept = new PromptFileStore(store.database);

	/** @returns false if somebody else, or a request that is under way, still needs the file */
	async function dispose({ blob }: PromptFile): Promise<boolean> {
		if (kept.needs(blob, request)) return false;
		await blobs.remove(blob);
		return true;
	}

	return {
		list: () => kept.of(owner.id),

		async add({ blob, name }) {
			const file = { name, blob, ...(await readEmbeddings(await blobs.get(blob), name)) };
			checkWidth(file, (await models()).usable);
			const before = kept.of(owner.id);
			const replaced = before.find((other) => other.name === name);
			if (!replaced && before.length >= MAX_FILES) {
				throw new UserError(
					`You already keep ${before.length} files, the most that one person may; remove one with /prompts remove, for example ${before.at(-1)?.name}.`,
				);
			}
			kept.put(owner.id, file);
			if (replaced) await dispose(replaced);
			return file;
		},

		async remove(name) {
			const file = kept.of(owner.id).find((other) => other.name === name);
			if (!file) return undefined;
			kept.remove(owner.id, name);
			return dispose(file);
		},
	};
}

function checkWidth({ name, width }: PromptFile, models: readonly ModelSummary[]): void {
	if (models.some(({ textWidth }) => textWidth === width)) return;
	const read = models.map((model) => `${model.name} ${model.textWidth}`).join(', ');
	throw new UserError(
		`${name} has embeddings of width ${width}, which no installed model reads (${read || 'there is none'}); send a file made by an installed model's text encoder.`,
	);
}

/** The note about prompts that a text encoder could also have read. */
const fromFile = ({ name }: PromptFile) => `Prompts found in your file ${name} were read from it.`;

/** Adds to the job those of the person's files that it can use, after any that it already has; and notes about them. */
export async function withPromptFiles(
	job: Job,
	{ owner }: Pick<RequestRecord, 'owner'>,
	{ store, models }: Omit<PromptFilesDeps, 'blobs'>,
): Promise<{ readonly job: Job; readonly notes: readonly string[] }> {
	const asItIs = { job, notes: [] };
	if (!mayBringEmbeddings(job)) return asItIs;
	const kept = new PromptFileStore(store.database);
	const files = kept.of(owner.id);
	const model = files.length > 0 && (await models()).usable.find(({ name }) => name === job.model);
	if (!model) return asItIs;
	const prompts = promptsOf(job).filter((prompt) => prompt.trim() !== '');
	const useful = usefulFiles(files, prompts, model);
	if (useful.length === 0) return asItIs;
	const blobs = useful.map(({ blob }) => blob);
	kept.used(owner.id, blobs);
	const embeddings = [...new Set([...(job.embeddings ?? []), ...blobs])].slice(0, MAX_EMBEDDING_FILES);
	return { job: { ...job, embeddings }, notes: model.knownPrompts ? [] : useful.map(fromFile) };
}

/**
 * The files that a model can read and use. A model with a text encoder needs only files that contain one of the prompts. A model
 * without one needs all of them, also to list the available prompts when it is asked for another.
 */
export function usefulFiles(
	files: readonly PromptFile[],
	prompts: readonly string[],
	{ textWidth, knownPrompts }: Pick<ModelSummary, 'textWidth' | 'knownPrompts'>,
): readonly PromptFile[] {
	const fitting = files.filter(({ width }) => width === textWidth);
	if (knownPrompts) return fitting;
	return fitting.filter((file) => {
		const find = promptFinder(file.prompts);
		return prompts.some((prompt) => find(prompt, false) !== undefined);
	});
}
