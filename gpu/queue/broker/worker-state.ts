/** What workers say of themselves, as the bot reads it: whoever reaches the broker can write there. */
import * as z from 'zod';
import { type DeviceName, isDeviceName, MEMORY_PLANS, PROVIDERS } from '../../device.ts';
import { SAMPLER_NAMES } from '../../jobs/index.ts';
import type { DeviceReport, ModelList } from '../runner.ts';
import { anyVersion, remedyFor } from './protocol.ts';
import { parseJson } from './reading.ts';

const count = z.int().min(0);
const texts = z.array(z.string());

const deviceReport = z.object({
	machine: z.string().optional(),
	device: z.string(),
	slots: count,
	running: count,
	loaded: texts.readonly(),
	batches: z.record(z.string(), count).optional(),
	problem: z.string().optional(),
}) satisfies z.ZodType<DeviceReport>;

/** A worker of the bot's own version. */
const workerState = z.object({
	machine: z.string(),
	version: z.string(),
	/** As its executor says. */
	ready: z.boolean(),
	slots: count,
	shortSlots: count,
	devices: z.array(deviceReport).readonly(),
	/** Where it trains, and whether that device runs no jobs. */
	training: z.object({
		device: z.custom<DeviceName>((name) => typeof name === 'string' && isDeviceName(name)),
		isReserved: z.boolean(),
	}),
	/** How often its list of models has changed. */
	modelsChanged: count,
});

/** What a worker says of itself. */
export type WorkerState = Readonly<z.infer<typeof workerState>>;

/** What the bot itself does not look at stays as it is. */
const modelSummary = z.looseObject({
	name: z.string(),
	summary: z.string(),
	stage: z.literal([1, 2]),
	sampleSize: count,
	revision: z.string(),
	parameters: count,
	guidanceScale: z.number(),
	textWidth: count,
	knownPrompts: texts.optional(),
	defaultPrompts: texts.optional(),
	sampling: z
		.object({
			sampler: z.enum(SAMPLER_NAMES),
			timesteps: z.array(count),
			clips: z.boolean(),
			startColour: z.number().optional(),
			startColours: z.record(z.string(), z.number()),
		})
		.optional(),
	vocabulary: z.object({ things: texts, words: texts }).optional(),
	licence: z.string().optional(),
	bytes: count.optional(),
	lacksWatermark: z.literal(true).optional(),
	guessedPace: z.number().optional(),
});

const modelList = z.object({
	usable: z.array(modelSummary),
	damaged: z.array(z.object({ name: z.string(), damage: z.string() })),
	device: z.object({ provider: z.enum(PROVIDERS), memory: z.enum(MEMORY_PLANS) }).optional(),
}) satisfies z.ZodType<ModelList>;

/** What is known of a worker. */
export interface Introduction {
	readonly machine: string;
	/** Absent if there is a problem. */
	readonly state?: WorkerState;
	/** Why it gets no jobs, in one sentence. */
	readonly problem?: string;
}

/**
 * @param own the bot's version
 * @returns undefined if it is nothing that a worker of any version says
 */
export function readState(said: unknown, own: string): Introduction | undefined {
	const { data: known } = anyVersion.safeParse(said);
	if (!known) return undefined;
	const { machine, version } = known;
	if (version !== own) {
		return { machine, problem: `It runs Flipside ${version}, and the bot ${own}; ${remedyFor(version, own)}.` };
	}
	const { data: state, error } = workerState.safeParse(said);
	return state ? { machine, state } : { machine, problem: nonsense('itself', error) };
}

/** @returns the list, or in one sentence why it cannot be read */
export function readModels(text: string): ModelList | string {
	const { data, error } = modelList.safeParse(parseJson(text));
	return data ?? nonsense('its models', error);
}

function nonsense(what: string, { issues: [issue] }: z.ZodError): string {
	const where = issue.path.length > 0 ? ` (${issue.path.join('.')})` : '';
	return `What it says of ${what} makes no sense${where}; install the bot's Flipside there anew.`;
}
