/** The configuration, read once from the environment (and .env), checked, and frozen. */
import { resolve } from 'node:path';
import { config as loadDotenv } from 'dotenv';
import * as z from 'zod';
import type { DeviceName, MemoryPlan } from '../../gpu/jobs/index.ts';
import { isSecret } from '../../gpu/queue/spawn.ts';
import type { DevicesSetting } from './devices.ts';
import type { Secrets } from './redact.ts';
import type { Settings } from './setting.ts';
import { settings } from './settings.ts';
import type { UserLimits } from './user-limits.ts';

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

/** How models are pulled. */
export interface HubAccess {
	/** The hub's address, without a slash at the end. */
	readonly endpoint: string;
	readonly token: string | undefined;
	/** Where the hub's own program keeps its files; absolute. Undefined for a user without a home folder. */
	readonly home: string | undefined;
}

/** Where remote workers take their jobs from. */
export interface BrokerAddress {
	/** A secret. */
	readonly url: string;
	/** Keeps the bots apart that share it. */
	readonly queue: string;
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
	readonly devices: DevicesSetting;
	/** Absent: the first of the devices. */
	readonly trainingDevice: DeviceName | undefined;
	/** 0 = one per core; CPU devices share them. */
	readonly threads: number;
	/** Of each device. */
	readonly concurrency: number;
	/** Absent: jobs run on this machine. */
	readonly broker?: BrokerAddress;
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
	/** Where metrics are served; undefined: nowhere. */
	readonly metrics: { readonly host: string; readonly port: number } | undefined;
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
		devices: e.DEVICES,
		trainingDevice: e.TRAINING_DEVICE,
		threads: e.THREADS,
		concurrency: e.GPU_CONCURRENCY,
		...(e.QUEUE_URL !== undefined && { broker: { url: e.QUEUE_URL, queue: e.QUEUE_NAME } }),
		jobTimeoutMs: e.JOB_TIMEOUT_SECONDS * 1000,
		limits: { running: e.MAX_RUNNING_PER_USER, waiting: e.MAX_WAITING_PER_USER },
		hub: { endpoint: e.HF_ENDPOINT, token: e.HF_TOKEN, home: e.HF_HOME && resolve(e.HF_HOME) },
		packageIndex: e.PIP_INDEX_URL,
		retentionDays: e.RETENTION_DAYS,
		platforms: new Map(
			platforms
				.map((platform) => [platform.name, platform.readConfig(theirs.data)] as const)
				.filter(([, config]) => config !== undefined),
		),
		platformSettings: theirs.data,
		metrics: e.METRICS_PORT === undefined ? undefined : { host: e.METRICS_HOST.trim(), port: e.METRICS_PORT },
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
			value && isSecret(name, value) ? [value.trim(), ...(name === 'QUEUE_URL' ? partsOf(value) : [])] : [],
		),
		forms: platforms.flatMap(({ secretForms = [] }) => secretForms),
	};
}

/** What errors may quote of a secret address: where it is, and its password. */
function partsOf(address: string): readonly string[] {
	if (!URL.canParse(address)) return [];
	const { host, password } = new URL(address);
	try {
		return [host, password, decodeURIComponent(password)];
	} catch {
		return [host, password]; // not encoded correctly
	}
}

function givenIn(variables: NodeJS.ProcessEnv): Given {
	return Object.fromEntries(
		Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
	);
}

/** @throws {ConfigError} for a .env that is there but cannot be read */
function fromProcess(): NodeJS.ProcessEnv {
	const { error } = loadDotenv({ quiet: true });
	if (error && (error as NodeJS.ErrnoException).code !== 'ENOENT') {
		throw new ConfigError(
			`.env cannot be read: ${error.message}; make it a file that this user may read, or remove it.`,
		);
	}
	return process.env;
}
