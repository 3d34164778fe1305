import type { z } from 'zod';

/** A sentence about something that is wrong in a JSON file: the field, its value and what it should be. */
export function explainIssue(issue: z.core.$ZodIssue, json: unknown): string {
	const unknown = issue.code === 'unrecognized_keys';
	const path = unknown ? [...issue.path, issue.keys[0]] : issue.path;
	if (path.length === 0) return issue.message;
	const value = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], json);
	const name = path.join('.');
	if (unknown) return `unknown field "${name}" (${shown(value)})`;
	return value === undefined ? `field "${name}" is missing` : `field "${name}" is ${shown(value)}: ${issue.message}`;
}

/** Values in messages are cut here: a damaged file may hold one of any length. */
const MAX_VALUE = 100;

function shown(value: unknown): string {
	let json: string;
	try {
		json = JSON.stringify(value);
	} catch {
		return 'nested too deeply'; // it was read without recursion, and cannot be written so
	}
	return json.length > MAX_VALUE ? `${json.slice(0, MAX_VALUE)}…` : json;
}
