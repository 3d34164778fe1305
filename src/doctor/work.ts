/** Whether pictures can be made: the models, and one small job all the way through the queue and the network. */
import { modelsFor } from '../../commands/models-for.ts';
import { NO_MODEL } from '../../commands/parse-options.ts';
import { type ModelList, RunnerError } from '../../gpu/queue/runner.ts';
import type { Config } from '../base/config.ts';
import { reason } from '../base/explain.ts';
import { type Finding, fail, ok, warn } from '../base/finding.ts';
import type { Counter } from '../counter.ts';

/** @param find opens the counter, which is closed at the end */
export async function* checkWork(
	{ provider }: Pick<Config, 'provider'>,
	find: () => Promise<Counter>,
): AsyncGenerator<Finding> {
	let counter: Counter;
	try {
		counter = await find();
	} catch (error) {
		yield fail('bot', reason(error));
		return;
	}
	try {
		const { handsOver } = counter;
		yield ok('bot', handsOver ? 'is running, and is asked for what follows' : 'is not running on this data directory');
		const models = await counter.models();
		yield ok('device', handsOver ? 'the running bot has one' : `${provider}, and the inference process starts`);
		yield* describeModels(models);
		if (modelsFor({}, models.usable).length > 0) yield await checkJob(counter);
	} catch (error) {
		if (!(error instanceof RunnerError)) throw error;
		yield fail('device', error.message);
	} finally {
		await counter.close();
	}
}

function* describeModels({ usable, damaged }: ModelList): Generator<Finding> {
	const [standard] = modelsFor({}, usable);
	const names = usable.map((model) => (model === standard ? `${model.name} (the default)` : model.name));
	yield standard ? ok('models', names.join(', ')) : fail('models', NO_MODEL);
	for (const { name, damage } of damaged) {
		yield warn('models', `${name} cannot be used: ${damage}. Download it again, or take it out of MODEL_DIR.`);
	}
}

/** The smallest request there is: one picture, in one step. */
async function checkJob(counter: Counter): Promise<Finding> {
	const name = 'queue';
	const began = performance.now();
	const { view, record } = await counter.open('generate', { prompt: 'a photo of a dog', steps: '1', seed: '1' });
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	if (view.state !== 'done') return fail(name, `A job of one step failed: ${view.text}`);
	const model = record?.job && 'model' in record.job ? record.job.model : 'the default model';
	return ok(name, `a job of one step by ${model} took ${seconds} s`);
}
