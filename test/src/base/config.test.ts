import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { parse } from 'dotenv';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../../src/base/config.ts';

describe('readConfig', () => {
	test('needs nothing', () => {
		const config = readConfig({});
		expect(config).toMatchObject({
			modelDir: undefined,
			provider: 'cpu',
			concurrency: 2,
			jobTimeoutMs: 600_000,
			consolePort: 7860,
			limits: { running: 1, waiting: 3 },
			retentionDays: 30,
			discord: undefined,
		});
		expect(isAbsolute(config.dataDir)).toBe(true);
		expect(Object.isFrozen(config)).toBe(true);
	});

	test('.env.example as it is changes nothing', async () => {
		const example = await readFile(new URL('../../../.env.example', import.meta.url));
		expect(readConfig(parse(example))).toEqual(readConfig({}));
	});

	test('.env.example says every default', async () => {
		const example = await readFile(new URL('../../../.env.example', import.meta.url), 'utf8');
		const said = [...example.matchAll(/^((?:#.*\n)+)((?:[A-Z_]+=\n)+)/gm)].flatMap(([, comment, lines]) => {
			const words = /[Dd]efault (.+)/.exec(comment)?.[1].split(' and ') ?? [];
			const names = lines.match(/[A-Z_]+/g) ?? [];
			return words.map((word, i): [string, string] => [names[i], word.replace(/\.$/, '')]);
		});
		expect(said.length).toBeGreaterThanOrEqual(10);
		const tokens = { DISCORD_TOKEN: 'a.b.c', SLACK_BOT_TOKEN: 'xoxb-0' };
		for (const [name, value] of said) {
			expect(readConfig({ ...tokens, [name]: value }), name).toEqual(readConfig(tokens));
		}
	});

	test('an empty line of .env means absent', () => {
		expect(readConfig({ DISCORD_TOKEN: '', GPU_CONCURRENCY: ' ' })).toMatchObject({
			discord: undefined,
			concurrency: 2,
		});
	});

	test('roles of staff are a list', () => {
		const given = { DISCORD_TOKEN: 'a.b.c', STAFF_ROLE_IDS: ' 600001, 600002', DISCORD_REPORT_CHANNEL: '700001' };
		expect(readConfig(given).discord).toEqual({
			token: 'a.b.c',
			applicationId: undefined,
			staffRoles: ['600001', '600002'],
			reportChannel: '700001',
		});
		expect(readConfig({ DISCORD_TOKEN: 'a.b.c' }).discord).toMatchObject({ staffRoles: [], reportChannel: undefined });
		expect(() => readConfig({ STAFF_ROLE_IDS: 'teachers' })).toThrow(/^STAFF_ROLE_IDS must be ids of Discord roles/);
	});

	test('Slack has its settings together', () => {
		expect(readConfig({}).slack).toBeUndefined();
		const given = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_STAFF: 'U024BE7LH, S0614TZR7' };
		expect(readConfig(given).slack).toEqual({
			botToken: 'xoxb-1',
			appToken: 'xapp-1',
			signingSecret: undefined,
			port: 3000,
			commandPrefix: undefined,
			staff: ['U024BE7LH', 'S0614TZR7'],
			reportChannel: undefined,
		});
		expect(() => readConfig({ SLACK_STAFF: '@ann' })).toThrow(/^SLACK_STAFF must be ids of Slack members/);
		expect(() => readConfig({ SLACK_COMMAND_PREFIX: 'IF ' })).toThrow(/^SLACK_COMMAND_PREFIX must be 1 to 16/);
		expect(() => readConfig({ SLACK_APP_TOKEN: 'xapp-1' })).toThrow(/^SLACK_BOT_TOKEN is missing/);
	});

	test('lists every problem at once, each with its variable and what would be right', () => {
		const wrong = {
			MODEL_DIR: '/nowhere/at/all',
			GPU_CONCURRENCY: '0',
			DEVICES: 'tpu',
			CONSOLE_PORT: 'http',
			DISCORD_APPLICATION_ID: 'me',
		};
		const error = (() => {
			try {
				readConfig(wrong);
			} catch (reason) {
				return reason;
			}
		})();
		expect(error).toBeInstanceOf(ConfigError);
		const lines = (error as ConfigError).message.split('\n');
		expect(lines).toHaveLength(6);
		expect(lines.join('\n')).toMatch(/GPU_CONCURRENCY must be .* from 1 to 64 \(default 2\); got "0"/);
		expect(lines.join('\n')).toMatch(/MODEL_DIR must be a folder of model directories; there is none at "\/nowhere/);
		expect(lines.join('\n')).toMatch(/DEVICES must be cpu, cuda or webgpu/);
		expect(lines.join('\n')).toMatch(/CONSOLE_PORT must be .*; got "http"/);
		expect(lines.join('\n')).toMatch(/DISCORD_APPLICATION_ID must be the application id/);
	});
});
