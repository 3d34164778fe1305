/** Checks that pictures can be made: looks at the models, and runs one small job through the queue and the network. */
import { modelsFor } from '../../../commands/lib/models-for.ts';
import { NO_MODEL } from '../../../commands/lib/parse-options.ts';
import { chooseDevice, describeChoice } from '../../../gpu/queue/choose-device.ts';
import { type ModelList, RunnerError } from '../../../gpu/queue/runner.ts';
import type { BackendConnection } from '../../backend-connection.ts';
import type { Config } from '../../base/config.ts';
import { reason } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';

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
		const models = await backend.models();
		if (byRunningBot && models.device) yield ok('device', `the running bot uses ${models.device.provider}`);
		yield* describeModels(models, config.watermark);
		if (modelsFor({}, models.usable).length > 0) yield await checkJob(backend);
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

/** Runs the smallest possible request: one picture in one step. */
async function checkJob(backend: BackendConnection): Promise<Finding> {
	const name = 'queue';
	const began = performance.now();
	const { view, record } = await backend.open('generate', { prompt: 'a photo of a dog', steps: '1', seed: '1' });
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	if (view.state !== 'done') return fail(name, `A one-step job failed: ${view.text}`);
	const model = record?.job && 'model' in record.job ? record.job.model : 'the default model';
	return ok(name, `a one-step job with ${model} took ${seconds} s`);
}
