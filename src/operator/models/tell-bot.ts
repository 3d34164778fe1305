/** Lets a bot that is running on the data directory look at its models again: by itself it would do so one request late. */
import { setTimeout as delay } from 'node:timers/promises';
import { blobDirectory, createLocalBlobStore } from '../../../gpu/queue/local-blobs.ts';
import { callBot } from '../../local-socket/call.ts';

const LONGEST_MS = 2000;

/** Nothing happens where no bot is running, or it has no time. */
export async function tellBot(dataDir: string): Promise<void> {
	try {
		const bot = await callBot(dataDir, createLocalBlobStore(blobDirectory(dataDir)));
		await Promise.race([bot?.models(), delay(LONGEST_MS, undefined, { ref: false })]);
		bot?.close();
	} catch {
		// It will find out.
	}
}
