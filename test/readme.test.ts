import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commandTable } from '../commands/help.ts';
import { commands } from '../commands/index.ts';
import { countEstimates, planSampling } from '../gpu/diffusion/plan.ts';
import { SAMPLER_NAMES } from '../gpu/jobs/index.ts';
import { DECOMPOSITION_NAMES, VIEW_NAMES } from '../gpu/views/index.ts';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

test('the table of commands matches the registry', async () => {
	expect(await read('docs/commands.md')).toContain(commandTable(commands));
});

test('the README is short and narrow', async () => {
	const lines = (await read('README.md')).split('\n');
	expect(lines.length).toBeLessThanOrEqual(131);
	expect(lines.filter(({ length }) => length > 120)).toEqual([]);
});

test('the commands page lists every view and decomposition, and every sampler with its calls', async () => {
	const page = await read('docs/commands.md');
	for (const name of [...VIEW_NAMES, ...DECOMPOSITION_NAMES]) expect(page).toContain(name);
	for (const sampler of SAMPLER_NAMES) {
		const calls = countEstimates(planSampling({ sampler }));
		expect(page).toMatch(new RegExp(`\`--sampler ${sampler}\`[^(]*\\s\\(${calls} calls, `));
	}
});
