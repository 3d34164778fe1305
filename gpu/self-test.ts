/**
 * Entry of the process that tests a GPU (its argument: cuda, cuda:0 or webgpu) and ends. queue/choose-device.ts starts it: what a
 * broken driver does to a process should happen to no other.
 *
 * Environment: THREADS as in gpu/worker.ts.
 */
import { MissingProviderError } from './onnx/session.ts';
import { type SelfTested, selfTest } from './self-test/self-test.ts';
import { readDevice } from './worker/device.ts';
import { liveWithBot } from './worker/live-with-bot.ts';

const device = readDevice({ ...process.env, DEVICES: process.argv[2] });
if (device.provider === 'cpu' || !process.send) {
	throw new Error('gpu/self-test.ts is started by the bot, with a GPU’s name and an IPC channel');
}

liveWithBot();

process.send(await selfTest(device).catch(explain), () => process.exit());

/** Why the test could not be done. */
function explain(error: unknown): SelfTested {
	if (error instanceof MissingProviderError) return { problem: `cannot be used: ${error.remedy}` };
	const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
	if (/requires f16/.test(message))
		return { problem: 'has no half precision (shader-f16), as when software imitates a GPU' };
	return { problem: `failed in its self-test (${message.slice(0, 200)})` };
}
