/** The settings that belong to no platform. */
import { statSync } from 'node:fs';
import * as z from 'zod';
import { MEMORY_PLANS } from '../../gpu/jobs/index.ts';
import { DEFAULT_JOB_TIMEOUT_SECONDS } from '../../gpu/queue/runner.ts';
import { deviceList, oneDevice } from './devices.ts';
import { atHome, oneOf, path, type Settings, wholeNumber } from './setting.ts';
import { DEFAULT_LIMITS } from './user-limits.ts';

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
		.optional()
		.transform((folder) => folder ?? atHome('~/.cache/huggingface'))
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
	DEVICES: deviceList.describe(
		'Where the networks run: cpu, cuda or webgpu, or several devices such as cuda:0,cuda:1; auto = GPUs that pass a self-test,\nor else the CPU (docs/gpu.md). Default auto',
	),
	TRAINING_DEVICE: oneDevice
		.optional()
		.describe(
			"Where trainings run, if they are to have a device to themselves: one name as in DEVICES. With QUEUE_URL each worker's own.\nDefault: the first of DEVICES",
		),
	THREADS: wholeNumber(0, 256, 0, 'the number of CPU threads, 0 = one per core').describe(
		'CPU threads for the networks; 0 = one per core, shared by all CPU devices in DEVICES. Default 0',
	),
	GPU_CONCURRENCY: wholeNumber(1, 64, 2, 'how many jobs run at the same time').describe(
		'Jobs that run at the same time on each device, plus one short job; they share batches. 1..64, default 2',
	),
	QUEUE_URL: z
		.string()
		.trim()
		.refine(isBrokerAddress, {
			error:
				'must be the address of a Redis or Valkey server, redis://:PASSWORD@HOST:6379 or rediss://…, with @, /, # and % in the password as %40, %2F, %23 and %25, and after it at most the number of a database as in /1',
		})
		.optional()
		.describe(
			'A Redis or Valkey server through which `flipside worker` on other machines runs the jobs, redis://:PASSWORD@HOST:6379 or\nrediss://… (docs/scale.md). Default: the bot runs them itself',
		),
	QUEUE_NAME: z
		.string()
		.regex(/^[\w-]{1,40}$/, { error: 'must be at most 40 letters, digits, "-" and "_" (default flipside)' })
		.default('flipside')
		.describe('Which bot a worker works for, if several bots share the server. Default flipside'),
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
	METRICS_PORT: z
		.string()
		.refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, {
			error: ({ input }) => `must be a port from 1 to 65535, or 0 for any free one; got "${input}"`,
		})
		.transform(Number)
		.optional()
		.describe(
			'The port on which Prometheus can read metrics, at /metrics (docs/metrics.md); 0 = any free one. Default: there are none',
		),
	METRICS_HOST: z
		.string()
		.default('127.0.0.1')
		.describe('The address on which METRICS_PORT is opened; 0.0.0.0 = all of this machine. Default 127.0.0.1'),
	LOG_LEVEL: z
		.enum(['silent', 'error', 'warn', 'info', 'debug'], {
			error: 'must be silent, error, warn, info or debug (default warn)',
		})
		.default('warn')
		.describe('silent, error, warn, info or debug. Default warn'),
} satisfies Settings;

/** Whether the broker's client understands an address as it is meant; what it does not, it guesses or fails at. */
function isBrokerAddress(text: string): boolean {
	if (!/^rediss?:\/\//i.test(text) || !URL.canParse(text)) return false;
	const { hostname, pathname, username, password } = new URL(text);
	return hostname !== '' && /^(?:\/\d*)?$/.test(pathname) && [username, password].every(isEncoded);
}

function isEncoded(text: string): boolean {
	try {
		return decodeURIComponent(text) !== undefined;
	} catch {
		return false;
	}
}
