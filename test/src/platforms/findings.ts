/** Runs a platform's part of `doctor`. */
import { expect } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { readConfig } from '../../../src/base/config.ts';
import type { Finding } from '../../../src/base/finding.ts';
import type { PlatformDefinition } from '../../../src/platforms/definition.ts';

/** @param variables set it up; the findings must not show any secret among them */
export async function findingsOf(platform: PlatformDefinition, variables: NodeJS.ProcessEnv): Promise<Finding[]> {
	const { platforms, secrets } = readConfig([platform], variables);
	const found: Finding[] = [];
	for await (const finding of platform.examine?.(platforms.get(platform.name), commands) ?? []) found.push(finding);
	const text = found.map((finding) => finding.text).join('\n');
	for (const secret of secrets.values) expect(text).not.toContain(secret);
	return found;
}
