/** `workers`: the devices that the running bot works with, their load, and the models that they have loaded. */
import { deviceLine, NO_WORKER } from '../../commands/lib/device-line.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { RunnerError } from '../../gpu/queue/runner.ts';
import { printableJson } from '../base/printable.ts';
import { type OperatorVerb, type Order, refuseWords } from './verb.ts';

export const workers: OperatorVerb = {
	summary: "Show the running bot's devices: their load, their models, and why one is left out",
	usage: '',
	example: '',
	json: true,
	run,
};

async function run({ words, json, config, print, complain }: Order): Promise<number> {
	refuseWords('workers', words);
	const { dataDir } = config();
	const { callBot } = await import('../local-socket/call.ts');
	const { blobDirectory, createLocalBlobStore } = await import('../../gpu/queue/local-blobs.ts');
	const bot = await callBot(dataDir, createLocalBlobStore(blobDirectory(dataDir)));
	if (!bot)
		throw new UserError(`No bot is running on ${dataDir}; start one, or set DATA_DIR to the folder that it uses.`);
	try {
		const devices = await bot.devices();
		print(json ? printableJson({ devices }) : devices.map((device) => deviceLine(device)).join('\n') || NO_WORKER);
		return 0;
	} catch (error) {
		if (!(error instanceof RunnerError)) throw error;
		complain(error.message);
		return 1;
	} finally {
		bot.close();
	}
}
