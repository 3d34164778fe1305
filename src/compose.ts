/** Puts the parts of a bot together. The only file that knows all of them; bot.ts adds the platforms. */
// Draws the figures: loaded at the start, so that the first figure does not hold the bot up.
import 'sharp';
import { commands } from '../commands/index.ts';
import { createHostedTrainingRunner } from '../gpu/queue/hosted-training-runner.ts';
import { blobDirectory, createLocalBlobStore } from '../gpu/queue/local-blobs.ts';
import { createLocalResultStore, resultDirectory } from '../gpu/queue/local-results.ts';
import { createLocalTrainingHost } from '../gpu/queue/local-training-host.ts';
import type { LogLine } from '../gpu/queue/spawn.ts';
import type { Config } from './base/config.ts';
import type { Log } from './base/log.ts';
import { createLog, warningTo } from './base/log.ts';
import { Desk } from './desk/desk.ts';
import { Artists } from './drawing/artists.ts';
import { type Inference, startInference } from './inference.ts';
import type { Metrics } from './metrics/metrics.ts';
import { openStorePatiently } from './store/open.ts';
import { RequestStore } from './store/requests.ts';

export interface Composition {
	/** A data directory has one bot; the command line may run alongside it. */
	readonly role: 'bot' | 'command line';
	/** Default: stderr, from the configured level up */
	readonly log?: Log;
	/** Receives sentences that the operator must see. Default: the log */
	readonly warn?: (sentence: string) => void;
	/** Watches what happens. */
	readonly metrics?: Pick<Metrics, 'watch' | 'requestEnded'>;
	/** One that was started before; it ends with what is composed here. Default: started here */
	readonly inference?: Promise<Inference>;
}

/** @throws {ConfigError} when the data directory cannot be used */
export async function compose(config: Config, { role, log = createLog(config), ...rest }: Composition) {
	const { warn = warningTo(log) } = rest;
	const { database, close } = await openStorePatiently(config.dataDir, role === 'bot', warn).catch(async (error) => {
		await rest.inference?.then(({ runner }) => runner.close()).catch(() => {});
		throw error;
	});
	const { runner: own, trainsOn } = await (rest.inference ?? startInference(config, { role, log, warn }));
	const runner = rest.metrics?.watch(own) ?? own;
	const store = new RequestStore(database);
	const blobs = createLocalBlobStore(blobDirectory(config.dataDir));
	const results = createLocalResultStore(resultDirectory(config.dataDir), blobs);
	const { limits } = config;
	const { dataDir, threads } = config;
	const logTraining: LogLine = (line, severity) => log[severity]({ from: 'trainer' }, line);
	const host =
		typeof trainsOn === 'string'
			? createLocalTrainingHost({ dataDir, device: trainsOn, threads, log: logTraining })
			: trainsOn;
	const training = createHostedTrainingRunner({ dataDir, host, log: logTraining });
	training.onEvent((event) => {
		if (event.type === 'warning') warn(event.message);
	});
	const artists = new Artists();
	const deps = { commands, runner, training, artists, blobs, results, store, log, limits };
	const desk = new Desk({ ...deps, onEnded: rest.metrics?.requestEnded });
	return { desk, runner, training, artists, store, log, close };
}
