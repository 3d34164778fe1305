import { mkdir, mkdtemp, readFile, rm, rmdir } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import os, { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parse } from 'dotenv';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type Config, ConfigError, type ConfigPart, readConfig, withTokenProblems } from '../../../src/base/config.ts';
import { platforms } from '../../../src/platforms/index.ts';

/** A part of the configuration that is set up by a key and also requires doors. */
const safe: ConfigPart = {
	name: 'safe',
	settings: { SAFE_KEY: z.string().optional(), SAFE_DOORS: z.string().regex(/^\d$/, 'must be a digit').optional() },
	readConfig: ({ SAFE_KEY: key, SAFE_DOORS: doors }) => (key ? { key, doors } : undefined),
	problems: (given) => (given.SAFE_DOORS && !given.SAFE_KEY ? ['SAFE_KEY is missing.'] : []),
	tokenProblems: ({ SAFE_KEY: key }) => (key === 'hairpin' ? ['SAFE_KEY is no key.'] : []),
	secretForms: [/(key )\d+/g],
};

const problemsOf = (read: () => unknown): readonly string[] => {
	try {
		read();
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
		throw error;
	}
	return [];
};

describe('readConfig', () => {
	test('works without any variables', () => {
		const config = readConfig(platforms, {});
		expect(config).toMatchObject({
			modelDir: undefined,
			devices: 'auto',
			concurrency: 2,
			jobTimeoutMs: 600_000,
			limits: { running: 1, waiting: 3 },
			retentionDays: 30,
		});
		expect([...config.platforms]).toEqual([['console', { port: 7860 }]]);
		expect(isAbsolute(config.dataDir)).toBe(true);
		expect(Object.isFrozen(config)).toBe(true);
	});

	test('.env.example changes nothing unless it is edited', async () => {
		const example = await readFile(new URL('../../../.env.example', import.meta.url));
		expect(readConfig(platforms, parse(example))).toEqual(readConfig(platforms, {}));
	});

	test('.env.example lists every default', async () => {
		const example = await readFile(new URL('../../../.env.example', import.meta.url), 'utf8');
		const said = [...example.matchAll(/^((?:#.*\n)+)((?:[A-Z_]+=\n)+)/gm)].flatMap(([, comment, lines]) => {
			const words = /[Dd]efault (.+)/.exec(comment)?.[1].split(' and ') ?? [];
			const names = lines.match(/[A-Z_]+/g) ?? [];
			return words.map((word, i): [string, string] => [names[i], word.replace(/\.$/, '')]);
		});
		expect(said.length).toBeGreaterThanOrEqual(10);
		const tokens = { DISCORD_TOKEN: 'a.b.c', SLACK_BOT_TOKEN: 'xoxb-0' };
		for (const [name, value] of said) {
			expect(readConfig(platforms, { ...tokens, [name]: value }), name).toEqual(readConfig(platforms, tokens));
		}
	});

	test('paths may start with the home directory', () => {
		const config = readConfig([], {
			MODEL_DIR: '~',
			DATA_DIR: '~/flipside data',
			TEXT_ENCODER: '~/models/IF-I-M',
		});
		const home = homedir();
		expect(config.modelDir).toBe(home);
		expect(config.dataDir).toBe(join(home, 'flipside data'));
		expect(config.textEncoder).toBe(`${home}/models/IF-I-M`);
		expect(readConfig([], { TEXT_ENCODER: 'a~/b' }).textEncoder).toBe('a~/b');
		expect(problemsOf(() => readConfig([], { PROMPT_EMBEDDINGS: '~/no such file' }))[0]).toContain(
			`there is none at "${home}/no such file"`,
		);
	});

	test('refuses a .env that cannot be read, as what it sets would be missing', async () => {
		const before = process.cwd();
		const directory = await mkdtemp(join(tmpdir(), 'flipside-config-'));
		await mkdir(join(directory, '.env'));
		process.chdir(directory);
		try {
			expect(problemsOf(() => readConfig([]))).toEqual([
				expect.stringMatching(
					/^\.env cannot be read: EISDIR: .*; make it a file that this user may read, or remove it\.$/,
				),
			]);
			await rmdir(join(directory, '.env'));
			expect(problemsOf(() => readConfig([]))).toEqual([]);
		} finally {
			process.chdir(before);
			await rm(directory, { recursive: true });
		}
	});

	describe('for a user without a home folder', () => {
		afterEach(() => {
			vi.restoreAllMocks();
			syncBuiltinESMExports();
		});

		test('refuses only paths that start there', () => {
			vi.spyOn(os, 'homedir').mockImplementation(() => {
				throw new Error('A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)');
			});
			syncBuiltinESMExports();
			expect(readConfig([], { DATA_DIR: '/srv/flipside' }).hub.home).toBeUndefined();
			expect(readConfig([], { HF_HOME: '/srv/hub' }).hub.home).toBe('/srv/hub');
			expect(problemsOf(() => readConfig([], { DATA_DIR: '~/flipside', MODEL_DIR: '~' }))).toEqual([
				'MODEL_DIR must be a path without "~", as this user has no home folder; got "~"',
				'DATA_DIR must be a path without "~", as this user has no home folder; got "~/flipside"',
			]);
		});
	});

	test('an empty variable counts as absent', () => {
		const config = readConfig([safe], { SAFE_KEY: '', GPU_CONCURRENCY: ' ' });
		expect(config.concurrency).toBe(2);
		expect(config.platforms.size).toBe(0);
	});

	test('refuses a password in the hub’s address, without repeating it', () => {
		const problems = problemsOf(() =>
			readConfig([safe], { SAFE_KEY: 'x', HF_ENDPOINT: 'https://ada:s3cret@hub.example' }),
		);
		expect(problems).toEqual([expect.stringMatching(/^HF_ENDPOINT must be an address without a user and password/)]);
		expect(problems.join()).not.toContain('s3cret');
	});

	test('keeps the broker’s address secret, whole and in parts, with a password or without', () => {
		const { broker, secrets } = readConfig([safe], { SAFE_KEY: 'x', QUEUE_URL: 'redis://:p%40ssword@broker.lan:6379' });
		expect(broker).toEqual({ url: 'redis://:p%40ssword@broker.lan:6379', queue: 'flipside' });
		expect(secrets.values).toEqual(
			expect.arrayContaining(['redis://:p%40ssword@broker.lan:6379', 'broker.lan:6379', 'p%40ssword', 'p@ssword']),
		);
		expect(readConfig([safe], { SAFE_KEY: 'x', QUEUE_URL: 'redis://broker.lan' }).secrets.values).toContain(
			'broker.lan',
		);
		expect(readConfig([safe], { SAFE_KEY: 'x' }).broker).toBeUndefined();
	});

	test('says what a broker’s address is like, without repeating it', () => {
		const read = () => readConfig([safe], { SAFE_KEY: 'x', QUEUE_URL: 'http://:secret@x', QUEUE_NAME: 'a b' });
		expect(read).toThrow(/QUEUE_URL must be the address of a Redis or Valkey server, redis:\/\/:PASSWORD@HOST:6379/);
		expect(read).toThrow(/QUEUE_NAME must be at most 40 letters/);
		expect(read).not.toThrow(/secret/);
	});

	test.each([
		'redis:127.0.0.1:6379',
		'127.0.0.1:6379',
		'redis:///1',
		'redis://:s3cret@',
		'redis://broker.lan/flipside',
		'redis://broker.lan/1/2',
		'redis://:s3cret%@broker.lan',
		'redis://:s3#cret@broker.lan',
		'redis://:12/s3cret@broker.lan',
	])('refuses the broker’s address %s', (address) => {
		const problems = problemsOf(() => readConfig([safe], { SAFE_KEY: 'x', QUEUE_URL: address }));
		expect(problems).toEqual([expect.stringMatching(/^QUEUE_URL must be the address of a Redis or Valkey server/)]);
	});

	test.each(['redis://broker.lan/', 'REDIS://:a%2Fb@broker.lan:6379/1', 'rediss://ada:s3cret@[::1]:6379'])(
		'accepts the broker’s address %s',
		(address) => {
			expect(readConfig([safe], { SAFE_KEY: 'x', QUEUE_URL: ` ${address} ` }).broker?.url).toBe(address);
		},
	);

	test('counts an address with a password as a secret', () => {
		const [address, plain] = ['https://ada:s3cret@pip.example/simple', 'https://pypi.org/simple'];
		expect(readConfig([safe], { SAFE_KEY: 'x', PIP_INDEX_URL: address }).secrets.values).toContain(address);
		expect(readConfig([safe], { SAFE_KEY: 'x', PIP_INDEX_URL: plain }).secrets.values).not.toContain(plain);
	});

	test.each<[string, Config['devices']]>([
		['auto', 'auto'],
		['webgpu', ['webgpu']],
		['cuda:0, cuda:12', ['cuda:0', 'cuda:12']],
		['cpu,cpu', ['cpu', 'cpu']],
		['cuda:1,cpu', ['cuda:1', 'cpu']],
	])('reads the devices of %s', (DEVICES, devices) => {
		expect(readConfig([], { DEVICES, TRAINING_DEVICE: 'cuda:3' })).toMatchObject({ devices, trainingDevice: 'cuda:3' });
	});

	test.each([
		['cuda:x', /^DEVICES must be auto, cpu, .* as in cuda:0,cuda:1 \(default auto\); got "cuda:x"$/],
		['cuda:01', /; got "cuda:01"$/],
		['cpu,', /; got ""$/],
		['cpu,auto', /^DEVICES must be either auto, .*, or a list of devices without it; remove one of the two$/],
		['cuda:1,cpu,cuda:1', /^DEVICES must name every GPU once, but names cuda:1 again; only cpu may/],
		['webgpu,webgpu', /^DEVICES must name every GPU once, but names webgpu again/],
		['cuda,cuda:1', /^DEVICES must number all NVIDIA GPUs if there are several, as in cuda:0,cuda:1/],
	])('refuses the devices %s', (DEVICES, problem) => {
		expect(problemsOf(() => readConfig([], { DEVICES }))).toEqual([expect.stringMatching(problem)]);
	});

	test('a training has one device', () => {
		const [problem] = problemsOf(() => readConfig([], { TRAINING_DEVICE: 'cuda:0,cuda:1' }));
		expect(problem).toBe(
			'TRAINING_DEVICE must be one device: cpu, cuda, webgpu, or cuda:1 and so on; got "cuda:0,cuda:1"',
		);
	});

	test('lists all problems at once, each with its variable and a remedy', () => {
		const wrong = { MODEL_DIR: '/nowhere/at/all', GPU_CONCURRENCY: '0', DEVICES: 'tpu', SAFE_DOORS: 'many' };
		const problems = problemsOf(() => readConfig([safe], wrong));
		expect(problems).toEqual([
			expect.stringMatching(
				/^MODEL_DIR must be a folder of models, one model, or .*; there is no folder at "\/nowhere/,
			),
			expect.stringMatching(/^DEVICES must be auto, cpu, cuda or webgpu/),
			expect.stringMatching(/^GPU_CONCURRENCY must be .* from 1 to 64 \(default 2\); got "0"/),
			'SAFE_DOORS must be a digit',
			'SAFE_KEY is missing.',
		]);
		expect(new ConfigError(problems).message.split('\n')).toHaveLength(6);
	});
});

describe('a part of the configuration', () => {
	test('is found by its name once it is set up', () => {
		const config = readConfig([safe], { SAFE_KEY: 'brass', SAFE_DOORS: '2' });
		expect([...config.platforms]).toEqual([['safe', { key: 'brass', doors: '2' }]]);
		expect(config.secrets.forms).toEqual(safe.secretForms);
	});

	test('reports wrong tokens only beside other problems', () => {
		const read = (variables: NodeJS.ProcessEnv) =>
			problemsOf(() => withTokenProblems([safe], () => readConfig([safe], variables), variables));
		expect(read({ SAFE_KEY: 'hairpin' })).toEqual([]);
		expect(read({ SAFE_KEY: 'hairpin', SAFE_DOORS: 'many' })).toEqual([
			'SAFE_DOORS must be a digit',
			'SAFE_KEY is no key.',
		]);
	});
});
