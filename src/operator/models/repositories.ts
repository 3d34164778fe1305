/** The repositories that are known here. */
import { suggest } from '../../../commands/lib/parse-options.ts';
import { MAX_QUOTED, shorten } from '../../../commands/lib/shorten.ts';
import { UserError } from '../../../gpu/jobs/index.ts';

const OWNER = 'DeepFloyd';

const NAMES = ['IF-I-M-v1.0', 'IF-I-L-v1.0', 'IF-I-XL-v1.0', 'IF-II-M-v1.0', 'IF-II-L-v1.0'] as const;

export interface Repository {
	/** "DeepFloyd/IF-I-M-v1.0" */
	readonly id: string;
	/** What its model is called here. */
	readonly name: string;
}

export const REPOSITORIES: readonly Repository[] = NAMES.map((name) => ({ id: `${OWNER}/${name}`, name }));

/** The folder of the encoder that all of them read prompts with. */
export const ENCODER = 'T5-XXL';

/** @throws {UserError} that lists them, if there is none of that name, with or without its owner */
export function findRepository(given: string): Repository {
	const found = REPOSITORIES.find(({ id, name }) => [id, name].some((each) => same(each, given)));
	if (found) return found;
	const ids = REPOSITORIES.map(({ id }) => id);
	throw new UserError(
		`There is no repository "${shorten(given, MAX_QUOTED)}" that can be pulled${suggest(given, ids)}; known are ${ids.join(', ')}.`,
	);
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
