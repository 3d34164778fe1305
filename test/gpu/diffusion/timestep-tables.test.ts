import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { timestepTable } from '../../../gpu/diffusion/timestep-tables.ts';
import { assertTimesteps } from '../../../gpu/diffusion/timesteps.ts';
import { TIMESTEP_TABLE_NAMES } from '../../../gpu/jobs/index.ts';

/** Length and SHA-256 of the lists in pipelines/deepfloyd_if/timesteps.py of diffusers 0.42, written as "999,800,…,0". */
const PUBLISHED = {
	fast27: [27, '036782d83e790f6e94554fbd4df272321bbd8a04ab98e329aedf32eddf875b7d'],
	smart27: [27, 'e6fe59f611be8a8d09c7f9b2bb2214a6b020fc263ac8932838f589e6037b82c4'],
	smart50: [50, 'b19c5b1a07c0429af461dd5d94a66c3153423145d8a130ff0e06f994d3169ba2'],
	smart100: [100, '4f6492e6644fd8faa8c0b73f2c475a0e0c27cd4f221f9145df3e9f94cceabed3'],
	smart185: [185, '4a2cef7e71b249b2c5c9fe29cb959f06910d96bd05c2298977f4327544016fba'],
	super27: [27, 'a08094a54b66d462075753081a7bdb0acfa432c0e8a49537c854920b222c239d'],
	super40: [40, '0ae7966bc738a053c303720bc889a6d0cafcc8d2c91e2ed5722d9612dbe43014'],
	super100: [100, 'b21e746348a2d781eabd6d0b7dd9f84eb179a8f187c851ec57c5b2ec37e2876f'],
} as const;

describe('timestepTable', () => {
	it.each(TIMESTEP_TABLE_NAMES)('%s is the published list', (name) => {
		const table = timestepTable(name);
		expect(() => assertTimesteps(table, 1000)).not.toThrow();
		expect([table[0], table.at(-1)]).toEqual([999, 0]);
		expect([table.length, createHash('sha256').update(table.join()).digest('hex')]).toEqual(PUBLISHED[name]);
	});

	it('has these timesteps for fast27', () => {
		const [first, second, third] = timestepTable('fast27');
		expect([first, second, third]).toEqual([999, 800, 799]);
		expect(timestepTable('fast27').slice(-4)).toEqual([66, 44, 22, 0]);
	});
});
