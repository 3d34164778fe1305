/** model_index.json of a model directory: what a model that was made for Flipside says of itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ModelError } from '../errors.ts';
import { explainIssue } from '../explain-issue.ts';
import { BUNDLED } from './bundled.ts';
import { readJson } from './json.ts';

const schema = z.object({
	flipside: z
		.strictObject({
			guidanceScale: z.number().min(0).max(100).optional(),
			/** Stage II: hold its pictures to the small one's pixels, for a network whose colours drift. */
			faithful: z.boolean().optional(),
			summary: z.string().min(1).optional(),
			/** Another model directory, whose text_encoder/ and tokenizer/ this model reads prompts with. */
			textEncoder: z
				.string()
				.regex(/^\.\.\/[\w-][\w.-]*$/)
				.optional(),
		})
		.default({}),
});

export type ModelIndex = z.infer<typeof schema>['flipside'];

/** Throws a ModelError that names the file and the field. */
export async function readModelIndex(directory: string): Promise<ModelIndex> {
	const path = join(directory, 'model_index.json');
	const json = await readJson(path);
	const index = schema.safeParse(json);
	if (!index.success) throw new ModelError(`${path}: ${explainIssue(index.error.issues[0], json)}`);
	return index.data.flipside;
}

/**
 * The directory that holds text_encoder/ and tokenizer/ of the model in `directory`: itself, or the one that its index
 * names, beside it or among the bundled models. So stages that read prompts alike need only one encoder on the disk.
 *
 * Throws a ModelError when the named directory has no text encoder.
 */
export async function textEncoderDirectory(directory: string): Promise<string> {
	const { textEncoder } = await readModelIndex(directory);
	if (textEncoder === undefined) return directory;
	const candidates = [join(directory, textEncoder), join(BUNDLED, textEncoder.slice('../'.length))];
	const found = candidates.find((candidate) => existsSync(join(candidate, 'text_encoder')));
	if (found) return found;
	throw new ModelError(
		`${join(directory, 'model_index.json')}: field "flipside.textEncoder" is "${textEncoder}", but ${candidates[0]} holds no text_encoder`,
	);
}
