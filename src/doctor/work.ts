/** Whether pictures can be made: the models, and one small job all the way through the queue and the network. */
import { modelsFor } from '../../commands/models-for.ts';
import { NO_MODEL } from '../../commands/parse-options.ts';
import type { Config } from '../config.ts';
import type { Counter } from '../counter.ts';
import { type Finding, fail, ok, reason, warn } from './finding.ts';

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
		yield* checkModels(counter);
		yield await checkJob(counter, handsOver ? 'the running bot' : provider);
	} finally {
		await counter.close();
	}
}

async function* checkModels(counter: Counter): AsyncGenerator<Finding> {
	const name = 'models';
	try {
		const { usable, damaged } = await counter.models();
		const [standard] = modelsFor({}, usable);
		const names = usable.map((model) => (model === standard ? `${model.name} (the default)` : model.name));
		yield standard ? ok(name, names.join(', ')) : fail(name, NO_MODEL);
		for (const model of damaged) {
			yield warn(
				name,
				`${model.name} cannot be used: ${model.damage}. Download it again, or take it out of MODEL_DIR.`,
			);
		}
	} catch (error) {
		yield fail(name, reason(error));
	}
}

/** The smallest request there is: one picture, in one step. */
async function checkJob(counter: Counter, where: string): Promise<Finding> {
	const name = 'a job';
	const began = performance.now();
	const { view, record } = await counter.open('generate', { prompt: 'a photo of a dog', steps: '1', seed: '1' });
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	if (view.state !== 'done') {
		return fail(name, `${view.text} DEVICES says where the network runs, and the log of the bot may say more.`);
	}
	const model = record?.job && 'model' in record.job ? record.job.model : 'the default model';
	return ok(name, `one step of ${model} through the queue in ${seconds} s (${where})`);
}
