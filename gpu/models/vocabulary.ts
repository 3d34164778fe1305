/** vocabulary.json of a model directory: what a small model was taught, if its makers say so. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '../errors.ts';
import { explainIssue } from '../explain-issue.ts';
import type { Vocabulary } from '../queue/runner.ts';
import { readJson } from './json.ts';

const schema = z.strictObject({ things: z.array(z.string().min(1)).min(1), words: z.array(z.string().min(1)) });

/** Undefined if there is no such file. Throws a ModelError that names the file and the field. */
export async function readVocabulary(directory: string): Promise<Vocabulary | undefined> {
	const path = join(directory, 'vocabulary.json');
	if (!existsSync(path)) return undefined;
	const json = await readJson(path);
	const vocabulary = schema.safeParse(json);
	if (!vocabulary.success) throw new ModelError(`${path}: ${explainIssue(vocabulary.error.issues[0], json)}`);
	return vocabulary.data;
}
