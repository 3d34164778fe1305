/** `workers`: the devices that the running bot works with, their load, and the models that they have loaded. */
import { deviceLine } from '../../commands/lib/device-line.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { DeviceReport } from '../../gpu/queue/runner.ts';
import { printableJson } from '../base/printable.ts';
import { type OperatorVerb, type Order, refuseWords } from './verb.ts';

export const workers: OperatorVerb = {
	summary: "Show the running bot's devices: their load, their models, and why one is left out",
	usage: '',
	example: '',
	json: true,
	run,
};

async function run({ words, json, config, print }: Order): Promise<number> {
	refuseWords('workers', words);
	const { dataDir } = config();
	const { callBot } = await import('../local-socket/call.ts');
	const { blobDirectory, createLocalBlobStore } = await import('../../gpu/queue/local-blobs.ts');
	const bot = await callBot(dataDir, createLocalBlobStore(blobDirectory(dataDir)));
	if (!bot)
		throw new UserError(`No bot is running on ${dataDir}; start one, or set DATA_DIR to the folder that it uses.`);
	try {
		const devices = await bot.devices();
		print(json ? printableJson({ devices }) : devices.map(describe).join('\n'));
		return 0;
	} finally {
		bot.close();
	}
}

function describe(report: DeviceReport): string {
	const { problem, loaded } = report;
	if (problem !== undefined) return deviceLine(report);
	return `${deviceLine(report)}; models loaded: ${loaded.join(', ') || 'none yet'}`;
}
