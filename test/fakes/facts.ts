/**
 * Helpers for schemas of what a service accepts, each with its source. The fakes check every request against them, so any
 * divergence of the bot from the documentation is noticed.
 */
import * as z from 'zod';

/** An object with all the fields that the source documents. */
export const fact = <S extends z.ZodRawShape>(source: string, fields: S) => z.strictObject(fields).meta({ source });

/** A documented field that the bot does not use. */
export const unused = z.unknown().optional();

export const text = (least: number, most: number) => z.string().min(least).max(most);

export interface Problem {
	readonly text: string;
	/** False for an undocumented field, which the service silently ignores. */
	readonly refused: boolean;
}

export function problemsIn(schema: z.ZodType, value: unknown): readonly Problem[] {
	return (schema.safeParse(value).error?.issues ?? []).map((issue) => {
		const refused = issue.code !== 'unrecognized_keys';
		return { text: `${issue.path.join('.') || 'the whole'}: ${issue.message}`, refused };
	});
}

/** Collects violations of the schemas during a test. A test that expects them takes them away. */
export class Violations {
	#found: string[] = [];

	/** @returns why the service rejects the request, or undefined if it accepts it */
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

	/** @throws {Error} with all violations that were not taken */
	end(): void {
		const found = this.take();
		if (found.length > 0) throw new Error(`undocumented requests:\n${found.join('\n')}`);
	}
}

/** A rule across fields or list entries. `holds` may get values that other rules have rejected. */
export const rule =
	<T>(message: string, holds: (value: T) => boolean) =>
	(value: T, context: z.RefinementCtx): void => {
		if (!holds(value)) context.addIssue({ code: 'custom', message });
	};

export const areUnique = (values: readonly unknown[]) => new Set(values).size === values.length;
