/** What settings are made of: the type of a table of environment variables, and the kinds of values that several have. */
import { homedir } from 'node:os';
import * as z from 'zod';

/**
 * Environment variables and the schema of each value. The schema's description becomes the comment above the variable in
 * .env.example; a variable without one is listed directly below the one before it.
 */
export type Settings = Readonly<Record<string, z.ZodType>>;

export const wholeNumber = (min: number, max: number, standard: number, what: string) =>
	z
		.string()
		.default(String(standard))
		.refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
			error: (issue) =>
				`must be ${what}, a whole number from ${min} to ${max} (default ${standard}); got "${issue.input}"`,
		})
		.transform(Number);

/** An address to use instead of a service's own API: a proxy's, or a fake's in tests. */
export const apiAddress = z.url({ protocol: /^https?$/, error: 'must be a web address, https://…' }).optional();

/** "a, b or c" */
export const oneOf = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

/** Splits a comma-separated list of ids. */
export const idList = (ids: string | undefined): readonly string[] => ids?.split(',').map((id) => id.trim()) ?? [];

/** A path that may start with "~", which only a shell would expand. */
export const path = () =>
	z.string().transform((text, { addIssue }) => {
		const whole = atHome(text);
		if (whole !== undefined) return whole;
		addIssue(`must be a path without "~", as this user has no home folder; got "${text}"`);
		return z.NEVER;
	});

/** @returns undefined for a path in the home folder of a user who has none, such as one that a container only has a number for */
export function atHome(text: string): string | undefined {
	try {
		return text.replace(/^~(?=\/|$)/, () => homedir());
	} catch {
		return undefined;
	}
}
