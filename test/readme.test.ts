import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commandTable } from '../commands/help.ts';
import { commands } from '../commands/index.ts';
import { countEstimates, planSampling } from '../gpu/diffusion/plan.ts';
import { SAMPLER_NAMES } from '../gpu/jobs/index.ts';
import { DECOMPOSITION_NAMES, VIEW_NAMES } from '../gpu/views/index.ts';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

test('the table of commands in the README is the registry', async () => {
	expect(await read('README.md')).toContain(commandTable(commands));
});

test('the README names every view, decomposition and sampler, and the calls of the samplers', async () => {
	const readme = await read('README.md');
	for (const name of [...VIEW_NAMES, ...DECOMPOSITION_NAMES]) expect(readme).toContain(name);
	for (const sampler of SAMPLER_NAMES) {
		const calls = countEstimates(planSampling({ sampler }));
		expect(readme).toMatch(new RegExp(`\`--sampler ${sampler}\`[^(]*\\s\\(${calls} calls, `));
	}
});
