/** Puts what zod found wrong in a JSON file into a sentence. */
import type * as z from 'zod';
import { ModelError } from './errors.ts';
import { quoted, valueText } from './quoted.ts';

/** A sentence about an error in a JSON file: the field, its value and what it should be. */
export function explainIssue(issue: z.core.$ZodIssue, json: unknown): string {
	const unknown = issue.code === 'unrecognized_keys';
	const path = unknown ? [...issue.path, issue.keys[0]] : issue.path;
	if (path.length === 0) return issue.message;
	const value = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], json);
	const name = quoted(path.join('.'));
	if (unknown) return `unknown field ${name} (${valueText(value)})`;
	return value === undefined ? `field ${name} is missing` : `field ${name} is ${valueText(value)}: ${issue.message}`;
}

/** What is wrong in a configuration that somebody else published, and the remedy. */
export function configError(file: string, issue: z.core.$ZodIssue, json: unknown): ModelError {
	const isUnknown = issue.code === 'unrecognized_keys';
	const remedy = isUnknown
		? ', which may change the pictures; use the file as published, or a newer Flipside that knows the field'
		: '; use the file as published, or another model';
	return new ModelError(`${file}: ${explainIssue(issue, json)}${remedy}`);
}
