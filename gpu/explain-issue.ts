import type { z } from 'zod';

/** A sentence about something that is wrong in a JSON file: the field, its value and what it should be. */
export function explainIssue(issue: z.core.$ZodIssue, json: unknown): string {
	if (issue.code === 'unrecognized_keys') {
		const [field] = issue.keys;
		return `unknown field "${field}" (${JSON.stringify((json as Record<string, unknown>)[field])})`;
	}
	if (issue.path.length === 0) return issue.message;
	const value = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], json);
	const name = issue.path.join('.');
	return value === undefined
		? `field "${name}" is missing`
		: `field "${name}" is ${JSON.stringify(value)}: ${issue.message}`;
}
