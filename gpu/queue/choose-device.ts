/** Chooses where networks run if nobody said so: on GPUs that are here, compute correctly and are faster than the CPU. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type DeviceName, isDeviceName } from '../device.ts';
import { writeWhole } from '../write-whole.ts';
import { deviceEnvironment } from './device-environment.ts';
import { type GpusSeen, lookForGpus, worthTesting } from './gpus.ts';
import { fingerprintOf } from './nvidia-folder.ts';
import { type LogLine, lastWords, spawnProcess } from './spawn.ts';

const selfTestedSchema = z.object({ problem: z.string().optional(), speedup: z.number().optional() });
type SelfTested = z.infer<typeof selfTestedSchema>;

/** What is remembered of a failure that may pass by itself, such as a card that others fill: for so long. */
const BRIEFLY_MS = 60 * 60_000;

/** A change of the self-test itself, so that former results no longer count. */
const TEST_VERSION = 1;

/** One device that was considered. */
export interface Considered extends SelfTested {
	readonly gpu: DeviceName;
}

export interface DeviceChoice {
	/** At least one. Of several, the first was tested. */
	readonly devices: readonly DeviceName[];
	/** The GPUs that were considered, with what was found; none if there is no GPU at all. */
	readonly considered: readonly Considered[];
	/** It was made before, and remembered. */
	readonly remembered?: true;
}

export interface ChoiceOptions {
	/** The last choice is remembered here. */
	readonly dataDir: string;
	/** Of the CPU that GPUs are compared with; 0: one per core. */
	readonly threads: number;
	/** Whether to test again what was tested before: a driver may have broken since. */
	readonly afresh: boolean;
	readonly log?: LogLine;
	/** For tests: what there is, and the process that tests it. */
	readonly seen?: GpusSeen;
	readonly entry?: string;
	readonly timeLimitMs?: number;
}

/** A test takes a few seconds, and a first start of a GPU's libraries up to half a minute. */
const TIME_LIMIT_MS = 120_000;

export async function chooseDevice(options: ChoiceOptions): Promise<DeviceChoice> {
	const { dataDir, threads, afresh, seen = lookForGpus() } = options;
	const gpus = worthTesting(seen);
	const missing = seen.nvidia && !seen.cuda.exists ? [{ gpu: 'cuda', problem: NO_LIBRARY } as const] : [];
	if (gpus.length === 0) return { devices: ['cpu'], considered: missing };
	const key = [TEST_VERSION, seen.fingerprint, fingerprintOf(dataDir), threads].join('\n');
	const remembered = afresh ? undefined : await recall(dataDir, key);
	if (remembered) return { ...remembered, remembered: true };
	const considered: Considered[] = [...missing];
	let devices: readonly DeviceName[] = ['cpu'];
	for (const alike of gpus) {
		const [gpu] = alike;
		const found = await test(gpu, options);
		considered.push({ gpu, ...found });
		if (found.problem !== undefined) continue;
		devices = alike;
		break;
	}
	const choice = { devices, considered };
	await remember(dataDir, key, choice);
	return choice;
}

/** The next start tests anew, as after a change that a fingerprint would not show. */
export const forgetDevice = (dataDir: string): Promise<void> => rm(fileIn(dataDir), { force: true });

const NO_LIBRARY = 'lacks ONNX Runtime’s CUDA library, which cuda install downloads';

/** The choice in one sentence. */
export function describeChoice({ devices, considered }: DeviceChoice): string {
	const [first, ...others] = devices;
	const problems = considered.filter(({ problem }) => problem !== undefined);
	const because = problems.map(({ gpu, problem }) => `${gpu} ${problem}`).join('; ');
	if (first === 'cpu') return because ? `cpu, because ${because}` : 'cpu, because this machine has no GPU';
	const { speedup } = considered.find(({ gpu }) => gpu === first) ?? {};
	const many = others.length > 0 ? `, and ${others.length} more of its kind` : '';
	const passed = `${first}, which passed its self-test${speedup ? ` at ${times(speedup)} the speed of the CPU` : ''}${many}`;
	return because ? `${passed}; ${because}` : passed;
}

const times = (factor: number) => `${factor < 10 ? factor.toFixed(1) : Math.round(factor)} times`;

/** Runs the self-test in a process of its own, because a broken driver may crash or hang it. */
function test(gpu: DeviceName, options: ChoiceOptions): Promise<SelfTested> {
	const { dataDir, threads, log = () => {}, timeLimitMs = TIME_LIMIT_MS } = options;
	const entry = options.entry ?? fileURLToPath(new URL('../self-test.ts', import.meta.url));
	log(`testing ${gpu}`, 'info');
	// What a driver complains about is not for people unless the test fails.
	const { child, lines } = spawnProcess(
		{ entry, args: [gpu], env: { ...deviceEnvironment(gpu, dataDir), THREADS: String(threads) } },
		(line) => log(line, 'info'),
	);
	return new Promise((resolve) => {
		const end = (found: SelfTested) => {
			clearTimeout(timer);
			child.kill('SIGKILL');
			// A process that a driver holds cannot be killed, and what it started may keep its pipes open: nobody waits for either.
			child.stdout?.destroy();
			child.stderr?.destroy();
			if (child.connected) child.disconnect();
			child.unref();
			resolve(found);
		};
		const late = { problem: `did not finish its self-test within ${timeLimitMs / 1000} s` };
		const timer = setTimeout(() => end(late), timeLimitMs);
		child.on('message', (message) => {
			const { data = { problem: 'answered nonsense in its self-test' } } = selfTestedSchema.safeParse(message);
			end(data);
		});
		child.on('error', ({ message }) => lines.push(message));
		// 'close' has the last words; what the process started may delay it.
		child.on('close', (code, signal) => {
			const how = lastWords(lines) ?? signal ?? `exit status ${code}`;
			end({ problem: `crashed in its self-test (${how.slice(0, 200)})` });
		});
	});
}

/** Whether the same test might end otherwise on another day, as judged by what it says. */
const mayPass = ({ problem = '' }: SelfTested) =>
	problem.includes('in its self-test') || problem.includes('did not finish');

const rememberedSchema = z.object({
	key: z.string(),
	/** When it was chosen, in ms. */
	at: z.number(),
	devices: z.array(z.string().refine(isDeviceName)).min(1),
	considered: z.array(selfTestedSchema.extend({ gpu: z.string().refine(isDeviceName) })),
});

const fileIn = (dataDir: string) => join(dataDir, 'device.json');

/** What was chosen before under this key; undefined: nothing. */
async function recall(dataDir: string, key: string): Promise<DeviceChoice | undefined> {
	try {
		const found = rememberedSchema.parse(JSON.parse(await readFile(fileIn(dataDir), 'utf8')));
		const isOld = found.considered.some(mayPass) && Date.now() - found.at > BRIEFLY_MS;
		return found.key === key && !isOld ? found : undefined;
	} catch {
		return undefined; // absent or damaged: it is only tested once more
	}
}

async function remember(dataDir: string, key: string, choice: DeviceChoice): Promise<void> {
	// If the disk is full, the next start tests once more.
	await writeWhole(fileIn(dataDir), JSON.stringify({ key, at: Date.now(), ...choice })).catch(() => {});
}
