/** The configuration, read once from the environment (and .env), checked, and frozen. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { config as loadDotenv } from 'dotenv';
import { z } from 'zod';
import { isSecretName } from '../../gpu/queue/spawn.ts';

/** Thrown with every problem at once: the variable, what was wrong, what would be right. Its message has a line for each. */
export class ConfigError extends Error {
	override name = 'ConfigError';
	readonly problems: readonly string[];

	constructor(problems: string | readonly string[]) {
		const all = typeof problems === 'string' ? [problems] : problems;
		super(all.length === 1 ? all[0] : `The configuration has ${all.length} problems:\n  ${all.join('\n  ')}`);
		this.problems = all;
	}
}

const wholeNumber = (min: number, max: number, standard: number, what: string) =>
	z
		.string()
		.default(String(standard))
		.refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
			error: (issue) =>
				`must be ${what}, a whole number from ${min} to ${max} (default ${standard}); got "${issue.input}"`,
		})
		.transform(Number);

const environment = z.object({
	DATA_DIR: z.string().default('./data'),
	MODEL_DIR: z
		.string()
		.refine((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory(), {
			error: (issue) => `must be a folder of model directories; there is none at "${issue.input}"`,
		})
		.optional(),
	DEVICES: z.enum(['cpu', 'cuda', 'webgpu'], { error: 'must be cpu, cuda or webgpu (default cpu)' }).default('cpu'),
	THREADS: wholeNumber(0, 256, 0, 'the threads of the network, 0 = one per core'),
	GPU_CONCURRENCY: wholeNumber(1, 64, 2, 'how many jobs run at the same time'),
	JOB_TIMEOUT_SECONDS: wholeNumber(10, 86_400, 600, 'the longest that a job may run'),
	MAX_RUNNING_PER_USER: wholeNumber(1, 64, 1, 'how many requests of one person run at the same time'),
	MAX_WAITING_PER_USER: wholeNumber(0, 1000, 3, 'how many requests of one person may wait besides'),
	RETENTION_DAYS: wholeNumber(0, 36_500, 30, 'how many days requests and their pictures are kept, 0 = for ever'),
	CONSOLE_PORT: wholeNumber(0, 65_535, 7860, 'the port of the local console, 0 = any free one'),
	DISCORD_TOKEN: z.string().optional(),
	DISCORD_APPLICATION_ID: z
		.string()
		.regex(/^\d{5,25}$/, 'must be the application id from the Discord developer portal, digits only')
		.optional(),
	STAFF_ROLE_IDS: z
		.string()
		.regex(/^\s*\d{5,25}(\s*,\s*\d{5,25})*\s*$/, 'must be ids of Discord roles, digits only, separated by commas')
		.optional(),
	DISCORD_REPORT_CHANNEL: z
		.string()
		.regex(/^\d{5,25}$/, 'must be the id of a Discord channel, digits only')
		.optional(),
	SLACK_BOT_TOKEN: z.string().optional(),
	SLACK_APP_TOKEN: z.string().optional(),
	SLACK_SIGNING_SECRET: z.string().optional(),
	SLACK_PORT: wholeNumber(0, 65_535, 3000, 'the port that Slack posts to without an app token, 0 = any free one'),
	SLACK_COMMAND_PREFIX: z
		.string()
		.regex(/^[a-z0-9_-]{1,16}$/, 'must be 1 to 16 lower-case letters, digits, - or _, for example if-')
		.optional(),
	SLACK_STAFF: z
		.string()
		.regex(
			/^\s*[UWS][A-Z0-9]+(\s*,\s*[UWS][A-Z0-9]+)*\s*$/,
			'must be ids of Slack members (U…) or user groups (S…), separated by commas',
		)
		.optional(),
	SLACK_REPORT_CHANNEL: z
		.string()
		.regex(/^[CG][A-Z0-9]+$/, 'must be the id of a Slack channel, for example C024BE91L')
		.optional(),
	LOG_LEVEL: z
		.enum(['silent', 'error', 'warn', 'info', 'debug'], {
			error: 'must be silent, error, warn, info or debug (default warn)',
		})
		.default('warn'),
});

export interface Config {
	/** Everything that is written lives here; absolute. */
	readonly dataDir: string;
	/** A folder of further model directories; absolute. */
	readonly modelDir: string | undefined;
	readonly provider: 'cpu' | 'cuda' | 'webgpu';
	/** 0 = one per core. */
	readonly threads: number;
	readonly concurrency: number;
	readonly jobTimeoutMs: number;
	/** How much one person may ask for at the same time; staff have no limits. */
	readonly limits: { readonly running: number; readonly waiting: number };
	/** How long requests and their pictures are kept; 0 = for ever. */
	readonly retentionDays: number;
	readonly consolePort: number;
	readonly discord: DiscordConfig | undefined;
	readonly slack: SlackConfig | undefined;
	readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
	/** The values of every variable that is secret by its name, known here or not: none of them may reach the log. */
	readonly secrets: readonly string[];
}

export interface DiscordConfig {
	readonly token: string;
	readonly applicationId: string | undefined;
	/** Ids of the roles whose members are staff, besides those who may manage the server. */
	readonly staffRoles: readonly string[];
	/** The id of the channel that reports go to. */
	readonly reportChannel: string | undefined;
}

export interface SlackConfig {
	readonly botToken: string;
	/** For Socket Mode; without it Slack posts to `port`. */
	readonly appToken: string | undefined;
	readonly signingSecret: string | undefined;
	readonly port: number;
	/** Begins the names of the slash commands that stand beside /flipside; absent: there are none. */
	readonly commandPrefix: string | undefined;
	/** Ids of members and user groups that are staff, besides the workspace's owners and admins. */
	readonly staff: readonly string[];
	/** The id of the channel that reports go to. */
	readonly reportChannel: string | undefined;
}

/**
 * @param variables the process environment; what it lacks is taken from .env in the current directory
 * @throws {ConfigError} listing every problem
 */
export function readConfig(variables: NodeJS.ProcessEnv = fromProcess()): Config {
	const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
	const parsed = environment.safeParse(given);
	const problems = (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`);
	if (!given.SLACK_BOT_TOKEN && (given.SLACK_APP_TOKEN || given.SLACK_SIGNING_SECRET)) {
		problems.push('SLACK_BOT_TOKEN is missing, without which the other Slack settings do nothing (docs/slack.md).');
	}
	if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
	const e = parsed.data;
	return Object.freeze({
		dataDir: resolve(e.DATA_DIR),
		modelDir: e.MODEL_DIR && resolve(e.MODEL_DIR),
		provider: e.DEVICES,
		threads: e.THREADS,
		concurrency: e.GPU_CONCURRENCY,
		jobTimeoutMs: e.JOB_TIMEOUT_SECONDS * 1000,
		limits: { running: e.MAX_RUNNING_PER_USER, waiting: e.MAX_WAITING_PER_USER },
		retentionDays: e.RETENTION_DAYS,
		consolePort: e.CONSOLE_PORT,
		discord: e.DISCORD_TOKEN
			? {
					token: e.DISCORD_TOKEN,
					applicationId: e.DISCORD_APPLICATION_ID,
					staffRoles: e.STAFF_ROLE_IDS?.split(',').map((id) => id.trim()) ?? [],
					reportChannel: e.DISCORD_REPORT_CHANNEL,
				}
			: undefined,
		slack: e.SLACK_BOT_TOKEN
			? {
					botToken: e.SLACK_BOT_TOKEN,
					appToken: e.SLACK_APP_TOKEN,
					signingSecret: e.SLACK_SIGNING_SECRET,
					port: e.SLACK_PORT,
					commandPrefix: e.SLACK_COMMAND_PREFIX,
					staff: e.SLACK_STAFF?.split(',').map((id) => id.trim()) ?? [],
					reportChannel: e.SLACK_REPORT_CHANNEL,
				}
			: undefined,
		logLevel: e.LOG_LEVEL,
		secrets: secretsOf(given),
	});
}

/** Values of variables that are secret by their names. */
export function secretsOf(variables: NodeJS.ProcessEnv): readonly string[] {
	return Object.entries(variables).flatMap(([name, value]) => (value && isSecretName(name) ? [value.trim()] : []));
}

function fromProcess(): NodeJS.ProcessEnv {
	loadDotenv({ quiet: true });
	return process.env;
}
