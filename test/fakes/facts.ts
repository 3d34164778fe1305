/**
 * Facts about what a service takes, as schemas: each object with where its fields and limits were read. The fakes hold every
 * request against them, so that what the bot sends and what is documented cannot drift apart unnoticed.
 */
import { z } from 'zod';

/** An object of which these are all the fields that are documented there. */
export const fact = <S extends z.ZodRawShape>(source: string, fields: S) => z.strictObject(fields).meta({ source });

/** What there is of a field that the bot does not use so far. */
export const unused = z.unknown().optional();

export const text = (least: number, most: number) => z.string().min(least).max(most);

export interface Problem {
	readonly text: string;
	/** Otherwise it is a field that is not documented, which the service leaves out without a word. */
	readonly refused: boolean;
}

export function problemsIn(schema: z.ZodType, value: unknown): readonly Problem[] {
	return (schema.safeParse(value).error?.issues ?? []).map((issue) => {
		const refused = issue.code !== 'unrecognized_keys';
		return { text: `${issue.path.join('.') || 'the whole'}: ${issue.message}`, refused };
	});
}

/** What in the requests of a test was against the facts; a test that means it takes it away. */
export class Violations {
	#found: string[] = [];

	/** @returns why the service refuses the request; undefined when it takes it */
	check(what: string, schema: z.ZodType, value: unknown): string | undefined {
		const problems = problemsIn(schema, value);
		this.#found.push(...problems.map(({ text }) => `${what}: ${text}`));
		return problems.find(({ refused }) => refused)?.text;
	}

	take(): readonly string[] {
		const found = this.#found;
		this.#found = [];
		return found;
	}

	/** @throws {Error} with all that was found and not taken away */
	end(): void {
		const found = this.take();
		if (found.length > 0) throw new Error(`requests against what is documented:\n${found.join('\n')}`);
	}
}

/** A rule between fields, or between entries of a list; `holds` may look at what another rule has refused already. */
export const rule =
	<T>(message: string, holds: (value: T) => boolean) =>
	(value: T, context: z.RefinementCtx): void => {
		if (!holds(value)) context.addIssue({ code: 'custom', message });
	};

export const areUnique = (values: readonly unknown[]) => new Set(values).size === values.length;
