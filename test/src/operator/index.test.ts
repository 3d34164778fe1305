import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/base/config.ts';
import { optionsOf, refuseOptions } from '../../../src/command-line/own-options.ts';
import { operatorVerbs } from '../../../src/operator/index.ts';
import type { Order } from '../../../src/operator/verb.ts';
import { platforms } from '../../../src/platforms/index.ts';

let dataDir: string;
let printed: string[];
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'flipside-operator-'));
	printed = [];
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

function run(verb: string, order: Partial<Order> = {}, variables: NodeJS.ProcessEnv = {}): Promise<number> {
	const config = () => readConfig(platforms, { DATA_DIR: dataDir, CONSOLE_PORT: '0', ...variables });
	return operatorVerbs(platforms)[verb].run({
		words: [],
		json: false,
		config,
		print: (text) => printed.push(text),
		complain: (text) => printed.push(text),
		meter: () => {},
		...order,
	});
}

describe('doctor', () => {
	test('makes a picture with the bundled model, and prints one object with --json', async () => {
		expect(await run('doctor', { json: true })).toBe(0);
		expect(printed).toHaveLength(1);
		const { ok, checks } = JSON.parse(printed[0]);
		expect(ok).toBe(true);
		expect(checks).toContainEqual({
			name: 'queue',
			status: 'ok',
			text: expect.stringMatching(/^a one-step job with emoji-if took \d+\.\d s$/),
		});
		expect(checks.at(-1)).toMatchObject({ name: 'platforms', status: 'warn' });
	});

	test('exits with 1 if something has to be fixed', async () => {
		expect(await run('doctor', {}, { GPU_CONCURRENCY: '0', LOG_LEVEL: 'loud' })).toBe(1);
		expect(printed.filter((line) => line.startsWith('fail  configuration: '))).toHaveLength(2);
	});
});

test.each(Object.entries(operatorVerbs(platforms)))('%s has the options of its example', (name, verb) => {
	expect(() => refuseOptions(verb.example.split(' '), name, optionsOf(verb))).not.toThrow();
});

test.each(['doctor', 'deploy'])('%s takes no arguments', async (verb) => {
	await expect(run(verb, { words: ['now'] })).rejects.toThrow(`${verb} takes no arguments; got "now".`);
});

test('deploy says what to set if no platform that needs it is set up', async () => {
	await expect(run('deploy')).rejects.toThrow(
		/^DISCORD_TOKEN is missing: copy the bot token from the Discord developer portal into \.env\.$/,
	);
});

test('manifest --link prints the address that creates the app in Slack', async () => {
	expect(await run('manifest', { words: ['--link'] })).toBe(0);
	expect(printed[0]).toMatch(/^https:\/\/api\.slack\.com\/apps\?new_app=1/);
});

test('manifest uses the command prefix even without tokens', async () => {
	expect(await run('manifest', {}, { SLACK_COMMAND_PREFIX: 'if-' })).toBe(0);
	expect(printed[0]).toContain('"/if-anagram"');
});
