/** Finds misspelt settings in .env: names that the bot does not know, but that resemble one it does. */
import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { suggest } from '../../../commands/lib/parse-options.ts';
import { type Finding, warn } from '../../base/finding.ts';
import { settings } from '../../base/settings.ts';
import type { PlatformDefinition } from '../../platforms/definition.ts';

/** @param file the path of .env, which need not exist */
export function misspeltNames(platforms: readonly PlatformDefinition[], file: string): readonly Finding[] {
	const known = [settings, ...platforms.map((platform) => platform.settings)].flatMap((part) => Object.keys(part));
	return namesIn(file)
		.filter((name) => !known.includes(name))
		.flatMap((name) => {
			const near = /"(\w+)"/.exec(suggest(name, lower(known)))?.[1].toUpperCase();
			return near ? [warn('configuration', `.env sets ${name}, which is not a setting; did you mean ${near}?`)] : [];
		});
}

const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());

function namesIn(file: string): readonly string[] {
	try {
		return Object.keys(parse(readFileSync(file)));
	} catch {
		return [];
	}
}
