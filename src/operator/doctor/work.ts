/** Checks that pictures can be made: looks at the models, and runs one small job through the queue and the network. */
import { setTimeout as delay } from 'node:timers/promises';
import { deviceLine, devicesOf, deviceTitle } from '../../../commands/lib/device-line.ts';
import { modelsFor } from '../../../commands/lib/models-for.ts';
import { NO_MODEL } from '../../../commands/lib/parse-options.ts';
import { chooseDevice, describeChoice } from '../../../gpu/queue/choose-device.ts';
import { type DeviceReport, type ModelList, RunnerError } from '../../../gpu/queue/runner.ts';
import type { BackendConnection } from '../../backend-connection.ts';
import type { Config } from '../../base/config.ts';
import { reason } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import type { Outcome } from '../../desk/desk.ts';
import type { MessageView } from '../../desk/view.ts';

/** How long devices have to load a model, and how often they are asked, in milliseconds. */
const SETTLING_MS = 60_000;
const LOOK_MS = 100;

/** @param connect opens the backend, which is closed when the checks are done */
export async function* checkWork(
	config: Pick<Config, 'devices' | 'dataDir' | 'threads' | 'watermark'>,
	connect: () => Promise<BackendConnection>,
): AsyncGenerator<Finding> {
	let backend: BackendConnection;
	try {
		backend = await connect();
	} catch (error) {
		yield fail('bot', reason(error));
		return;
	}
	try {
		const { byRunningBot } = backend;
		yield ok('bot', byRunningBot ? 'running; the next checks go through it' : 'not running on this data directory');
		if (!byRunningBot) yield await checkChoice(config);
		const found = await devicesOf(backend);
		if (typeof found === 'string') {
			// A job would wait for one.
			yield fail('workers', found);
			return;
		}
		const models = await backend.models();
		const canTry = modelsFor({}, models.usable).length > 0;
		const devices = byRunningBot || !canTry ? await backend.devices() : await settled(backend);
		if (byRunningBot || devices.length > 1) yield* devices.map((device) => checkDevice(device, byRunningBot));
		yield* describeModels(models, config.watermark);
		// Jobs that start together on idle devices go to one each; a bot may have others under way.
		const jobs = byRunningBot ? 1 : devices.filter(isUsable).length;
		if (canTry) yield await checkJobs(backend, Math.max(1, jobs));
	} catch (error) {
		if (!(error instanceof RunnerError)) throw error;
		yield fail('inference process', error.message);
	} finally {
		await backend.close();
	}
}

/** Says which devices a bot would use, and why. */
async function checkChoice({
	devices,
	dataDir,
	threads,
}: Pick<Config, 'devices' | 'dataDir' | 'threads'>): Promise<Finding> {
	if (devices !== 'auto') return ok('device', `${devices.join(', ')}, as DEVICES says`);
	const choice = await chooseDevice({ dataDir, threads, afresh: true });
	const isGpuUnused = choice.devices[0] === 'cpu' && choice.considered.length > 0;
	return (isGpuUnused ? warn : ok)('device', describeChoice(choice));
}

/** The devices once each has loaded a model or given up; some may take long. */
async function settled(backend: BackendConnection): Promise<readonly DeviceReport[]> {
	const end = performance.now() + SETTLING_MS;
	for (;;) {
		const devices = await backend.devices();
		const isOver = devices.every((device) => isUsable(device) || device.problem !== undefined);
		if (devices.length === 1 || isOver || performance.now() > end) return devices;
		await delay(LOOK_MS);
	}
}

/** Whether its networks have shown that they can be loaded. */
const isUsable = ({ loaded, problem }: DeviceReport) => loaded.length > 0 && problem === undefined;

function checkDevice(device: DeviceReport, byRunningBot: boolean): Finding {
	const title = deviceTitle(device);
	if (device.problem !== undefined) return fail('device', deviceLine(device));
	if (!byRunningBot && !isUsable(device)) return warn('device', `${title} is still loading its first model.`);
	return ok('device', byRunningBot ? `the running bot uses ${title}` : `${title} works`);
}

function* describeModels({ usable, damaged }: ModelList, watermark: boolean): Generator<Finding> {
	const [standard] = modelsFor({}, usable);
	const names = usable.map((model) => (model === standard ? `${model.name} (the default)` : model.name));
	yield standard ? ok('models', names.join(', ')) : fail('models', NO_MODEL);
	for (const { name, damage } of damaged) {
		yield warn('models', `${name} cannot be used: ${damage}.`);
	}
	for (const { name } of usable.filter(({ knownPrompts }) => knownPrompts?.length === 0))
		yield warn('models', `${name} ${NO_READER}`);
	for (const { name, lacksWatermark } of usable)
		if (watermark && lacksWatermark) yield warn('models', `${name} ${NO_MARK}`);
}

/** For a model that can only use embeddings that people bring along. */
const NO_READER =
	'reads no prompts; download the folders text_encoder and tokenizer from its repository, or set TEXT_ENCODER to another model that has them, or PROMPT_EMBEDDINGS to a file of embeddings.';

const NO_MARK =
	'has no folder watermarker, so its pictures are not marked as its publisher wants; download it from its repository, or set WATERMARK=off.';

/** Runs the smallest possible request, one picture in one step, as many times at once; waits only for what may start. */
async function checkJobs(backend: BackendConnection, count: number): Promise<Finding> {
	const name = 'queue';
	const began = performance.now();
	const request = { prompt: 'a photo of a dog', steps: '1', seed: '1' };
	const outcomes = await new Promise<readonly Outcome[] | string>((resolve, reject) => {
		const show = ({ standstill }: MessageView) => standstill !== undefined && resolve(standstill);
		const open = () => backend.open('generate', request, show);
		Promise.all(Array.from({ length: count }, open)).then(resolve, reject);
	});
	if (typeof outcomes === 'string') return fail(name, `A one-step job stands still: ${outcomes}`);
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	const bad = outcomes.find(({ view }) => view.state !== 'done');
	if (bad) return fail(name, `A one-step job failed: ${bad.view.text}`);
	const [{ record }] = outcomes;
	const model = record?.job && 'model' in record.job ? record.job.model : 'the default model';
	const where = count > 1 ? ` on each of ${count} devices` : '';
	return ok(name, `a one-step job with ${model}${where} took ${seconds} s`);
}
