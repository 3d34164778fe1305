/** The configuration, read once from the environment (and .env), checked, and frozen. */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { config as loadDotenv } from 'dotenv';
import { z } from 'zod';
import { DEVICE_SETTINGS, type DeviceSetting, MEMORY_PLANS, type MemoryPlan } from '../../gpu/jobs/index.ts';
import { DEFAULT_JOB_TIMEOUT_SECONDS } from '../../gpu/queue/runner.ts';
import { isSecret } from '../../gpu/queue/spawn.ts';
import type { Secrets } from './redact.ts';
import { DEFAULT_LIMITS, type UserLimits } from './user-limits.ts';

/** Lists every problem at once, one line each: the variable, what was wrong, what would be right. */
export class ConfigError extends Error {
	override name = 'ConfigError';
	readonly problems: readonly string[];

	constructor(problems: string | readonly string[]) {
		const all = typeof problems === 'string' ? [problems] : problems;
		super(all.length === 1 ? all[0] : `The configuration has ${all.length} problems:\n  ${all.join('\n  ')}`);
		this.problems = all;
	}
}

/**
 * Environment variables and the schema of each value. The schema's description becomes the comment above the variable in
 * .env.example; a variable without one is listed directly below the one before it.
 */
export type Settings = Readonly<Record<string, z.ZodType>>;

/** The variables that are set to something other than white space, unchanged. */
export type Given = Readonly<Record<string, string>>;

/** A platform's part of the configuration. */
export interface ConfigPart<C = unknown, S extends Settings = Settings> {
	/** The key of its configuration in `Config.platforms`. */
	readonly name: string;
	/** The platform needs no account and is always set up. */
	readonly local?: true;
	readonly settings: S;
	/** Builds the platform's configuration from its checked variables; undefined while it is not set up. */
	readConfig(values: z.output<z.ZodObject<S>>): C | undefined;
	/** Conflicts between variables that are each valid alone. */
	problems?(given: Given): readonly string[];
	/** Malformed tokens. They do not invalidate the configuration, because not everybody needs the platform. */
	tokenProblems?(given: Given): readonly string[];
	/** Patterns of the platform's secrets; see `Secrets.forms`. */
	readonly secretForms?: readonly RegExp[];
}

export const wholeNumber = (min: number, max: number, standard: number, what: string) =>
	z
		.string()
		.default(String(standard))
		.refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
			error: (issue) =>
				`must be ${what}, a whole number from ${min} to ${max} (default ${standard}); got "${issue.input}"`,
		})
		.transform(Number);

/** An address to use instead of a service's own API: a proxy's, or a fake's in tests. */
export const apiAddress = z.url({ protocol: /^https?$/, error: 'must be a web address, https://…' }).optional();

/** "a, b or c" */
const oneOf = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

/** Splits a comma-separated list of ids. */
export const idList = (ids: string | undefined): readonly string[] => ids?.split(',').map((id) => id.trim()) ?? [];

/** A path that may start with "~", which only a shell would expand. */
const path = () => z.string().transform(atHome);

const atHome = (text: string) => text.replace(/^~(?=\/|$)/, () => homedir());

/** The variables that belong to no platform. */
export const settings = {
	MODEL_DIR: path()
		.refine((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory(), {
			error: (issue) =>
				`must be a folder of models, one model, or a cache of Hugging Face's hub; there is no folder at "${issue.input}"`,
		})
		.optional()
		.describe(
			"Models in addition to those in DATA_DIR/models: a folder of models, one model, or a cache of Hugging Face's hub such as\n~/.cache/huggingface/hub (docs/deepfloyd.md).",
		),
	TEXT_ENCODER: path()
		.optional()
		.describe(
			'Name or path of the model whose text encoder reads the prompts of every model it fits. Default: each model uses its own,\nor another that fits',
		),
	PROMPT_EMBEDDINGS: path()
		.refine((file) => statSync(file, { throwIfNoEntry: false })?.isFile(), {
			error: (issue) => `must be a file of prompt embeddings, .pth or .safetensors; there is none at "${issue.input}"`,
		})
		.optional()
		.describe(
			'A file of prompt embeddings (.pth, .safetensors) to use instead of a text encoder, as a course hands it out. Only the\nprompts in it can then be used (docs/deepfloyd.md).',
		),
	MODEL_MEMORY: z
		.enum(MEMORY_PLANS, { error: `must be ${oneOf(MEMORY_PLANS)} (default auto)` })
		.default('auto')
		.describe(
			'How models share memory: resident (all stay loaded), staged (one at a time), mmap (one at a time, its weights read from\ndisk as needed; CPU only) or auto (depending on free memory). Default auto',
		),
	WATERMARK: z
		.enum(['on', 'off'], { error: 'must be on or off (default on)' })
		.default('on')
		.describe(
			"Whether pictures get DeepFloyd's mark in the lower right corner, with models whose folder watermarker holds it: on or off.\nDefault on",
		),
	HF_TOKEN: z
		.string()
		.optional()
		.describe(
			"A token of Hugging Face, of an account that accepted DeepFloyd's licence, for `models pull` (docs/deepfloyd.md). Default: the\none that their own program keeps in the file token of HF_HOME",
		),
	HF_HOME: path()
		.default('~/.cache/huggingface')
		.transform(atHome)
		.describe("The folder of Hugging Face's own program. Default ~/.cache/huggingface"),
	HF_ENDPOINT: z
		.url({ protocol: /^https?$/, error: 'must be a web address, https://…' })
		.refine((address) => new URL(address).username === '', {
			error: 'must be an address without a user and password; HF_TOKEN is for the secret',
		})
		.default('https://huggingface.co')
		.transform((address) => address.replace(/\/+$/, ''))
		.describe('The hub that models are pulled from. Default https://huggingface.co'),
	PIP_INDEX_URL: z
		.url({ protocol: /^https?$/, error: 'must be the address of a Python package index (PEP 503)' })
		.default('https://pypi.org/simple')
		.transform((address) => address.replace(/\/+$/, ''))
		.describe(
			"The Python package index that cuda install takes NVIDIA's libraries from. Default https://pypi.org/simple",
		),
	DATA_DIR: path().default('./data').describe('The folder that everything is written to. Default ./data'),
	DEVICES: z
		.enum(DEVICE_SETTINGS, { error: `must be ${oneOf(DEVICE_SETTINGS)} (default auto)` })
		.default('auto')
		.describe(
			'Where the networks run: cpu, cuda or webgpu; auto = a GPU that passes its self-test, or else the CPU. Default auto',
		),
	THREADS: wholeNumber(0, 256, 0, 'the number of CPU threads, 0 = one per core').describe(
		'CPU threads for the networks; 0 = one per core. Default 0',
	),
	GPU_CONCURRENCY: wholeNumber(1, 64, 2, 'how many jobs run at the same time').describe(
		'Jobs that run at the same time, plus one short job; they share batches. 1..64, default 2',
	),
	JOB_TIMEOUT_SECONDS: wholeNumber(10, 86_400, DEFAULT_JOB_TIMEOUT_SECONDS, 'the longest a job may run').describe(
		`The longest a job may run, in seconds, or three times its expected time if longer. 10..86400, default ${DEFAULT_JOB_TIMEOUT_SECONDS}`,
	),
	MAX_RUNNING_PER_USER: wholeNumber(
		1,
		64,
		DEFAULT_LIMITS.running,
		"how many of one person's requests run at the same time",
	).describe(
		`How many of one person's requests run at the same time (1..64), and how many more may wait (0..1000). Staff have no\nlimits. Default ${DEFAULT_LIMITS.running} and ${DEFAULT_LIMITS.waiting}`,
	),
	MAX_WAITING_PER_USER: wholeNumber(0, 1000, DEFAULT_LIMITS.waiting, "how many more of one person's requests may wait"),
	RETENTION_DAYS: wholeNumber(
		0,
		36_500,
		30,
		'how many days requests and their pictures are kept, 0 = forever',
	).describe('How many days requests and their pictures are kept; 0 = forever. Default 30'),
	LOG_LEVEL: z
		.enum(['silent', 'error', 'warn', 'info', 'debug'], {
			error: 'must be silent, error, warn, info or debug (default warn)',
		})
		.default('warn')
		.describe('silent, error, warn, info or debug. Default warn'),
} satisfies Settings;

/** How models are pulled. */
export interface HubAccess {
	/** The hub's address, without a slash at the end. */
	readonly endpoint: string;
	readonly token: string | undefined;
	/** Where the hub's own program keeps its files; absolute. */
	readonly home: string;
}

export interface Config {
	/** The folder that everything is written to; absolute. */
	readonly dataDir: string;
	/** Models in addition to those in `dataDir`; absolute. */
	readonly modelDir: string | undefined;
	/** Name or path of a model whose text encoder other models use too. */
	readonly textEncoder: string | undefined;
	/** A file of prompt embeddings; absolute. */
	readonly promptEmbeddings: string | undefined;
	readonly modelMemory: MemoryPlan;
	/** Whether pictures get the mark that their model has. */
	readonly watermark: boolean;
	readonly device: DeviceSetting;
	/** 0 = one per core. */
	readonly threads: number;
	readonly concurrency: number;
	readonly jobTimeoutMs: number;
	readonly limits: UserLimits;
	readonly hub: HubAccess;
	/** The address of a Python package index, without a slash at the end. */
	readonly packageIndex: string;
	/** How long requests and their pictures are kept; 0 = forever. */
	readonly retentionDays: number;
	/** What `readConfig` returned for each platform that is set up, by the platform's name. */
	readonly platforms: ReadonlyMap<string, unknown>;
	/** The checked variables of every platform, set up or not. */
	readonly platformSettings: Readonly<Record<string, unknown>>;
	readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
	readonly secrets: Secrets;
}

/**
 * @param platforms all platforms, set up or not
 * @param variables default: the process environment, completed from .env in the current directory
 * @throws {ConfigError} listing every problem
 */
export function readConfig(platforms: readonly ConfigPart[], variables: NodeJS.ProcessEnv = fromProcess()): Config {
	const given = givenIn(variables);
	const ours = z.object(settings).safeParse(given);
	const theirs = z.object(Object.assign({}, ...platforms.map((platform) => platform.settings))).safeParse(given);
	const issues = [ours, theirs].flatMap(({ error }) => error?.issues ?? []);
	const problems = [
		...issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
		...platforms.flatMap((platform) => platform.problems?.(given) ?? []),
	];
	if (!ours.success || !theirs.success || problems.length > 0) throw new ConfigError(problems);
	const e = ours.data;
	return Object.freeze({
		dataDir: resolve(e.DATA_DIR),
		modelDir: e.MODEL_DIR && resolve(e.MODEL_DIR),
		textEncoder: e.TEXT_ENCODER,
		promptEmbeddings: e.PROMPT_EMBEDDINGS && resolve(e.PROMPT_EMBEDDINGS),
		modelMemory: e.MODEL_MEMORY,
		watermark: e.WATERMARK === 'on',
		device: e.DEVICES,
		threads: e.THREADS,
		concurrency: e.GPU_CONCURRENCY,
		jobTimeoutMs: e.JOB_TIMEOUT_SECONDS * 1000,
		limits: { running: e.MAX_RUNNING_PER_USER, waiting: e.MAX_WAITING_PER_USER },
		hub: { endpoint: e.HF_ENDPOINT, token: e.HF_TOKEN, home: resolve(e.HF_HOME) },
		packageIndex: e.PIP_INDEX_URL,
		retentionDays: e.RETENTION_DAYS,
		platforms: new Map(
			platforms
				.map((platform) => [platform.name, platform.readConfig(theirs.data)] as const)
				.filter(([, config]) => config !== undefined),
		),
		platformSettings: theirs.data,
		logLevel: e.LOG_LEVEL,
		secrets: secretsOf(platforms, given),
	});
}

/**
 * Reads the configuration. Malformed tokens alone are not an error here: the platforms report those themselves.
 *
 * @param variables the environment after `read` has loaded .env into it
 * @throws {ConfigError} as `read`, with the token problems added, so that the operator sees everything in one go
 */
export function withTokenProblems(
	platforms: readonly ConfigPart[],
	read: () => Config,
	variables: NodeJS.ProcessEnv = process.env,
): Config {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		const given = givenIn(variables);
		throw new ConfigError([
			...error.problems,
			...platforms.flatMap((platform) => platform.tokenProblems?.(given) ?? []),
		]);
	}
}

/** The values of every variable that holds a secret, known here or not, and the platforms' patterns of secrets. */
export function secretsOf(platforms: readonly ConfigPart[], variables: NodeJS.ProcessEnv): Secrets {
	return {
		values: Object.entries(variables).flatMap(([name, value]) =>
			value && isSecret(name, value) ? [value.trim()] : [],
		),
		forms: platforms.flatMap(({ secretForms = [] }) => secretForms),
	};
}

function givenIn(variables: NodeJS.ProcessEnv): Given {
	return Object.fromEntries(
		Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
	);
}

function fromProcess(): NodeJS.ProcessEnv {
	loadDotenv({ quiet: true });
	return process.env;
}
