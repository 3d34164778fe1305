/**
 * Serves the command line's requests: by the bot running on the same data directory, which has its models loaded, or by a desk
 * in this process.
 */
import type { RawOptions } from '../commands/lib/options.ts';
import type { BlobStore } from '../gpu/queue/blobs.ts';
import { blobDirectory, createLocalBlobStore } from '../gpu/queue/local-blobs.ts';
import type { DeviceReport, ModelList } from '../gpu/queue/runner.ts';
import type { Config } from './base/config.ts';
import { createLog, type Log, warningTo } from './base/log.ts';
import type { Outcome } from './desk/desk.ts';
import type { Show } from './desk/view.ts';
import { startInference } from './inference.ts';
import { callBot } from './local-socket/call.ts';
import { COMMAND_LINE_USER } from './local-socket/protocol.ts';

export interface BackendConnection {
	/** Pictures stored here can be named in requests. */
	readonly blobs: BlobStore;
	/** Whether a running bot does the work. */
	readonly byRunningBot: boolean;
	/** Like Desk.open, for the person at the command line, who is staff. */
	open(command: string, options: RawOptions, show?: Show): Promise<Outcome>;
	/** @throws {RunnerError} when nothing can be run */
	models(): Promise<ModelList>;
	/** @throws {RunnerError} when they cannot be asked */
	devices(): Promise<readonly DeviceReport[]>;
	/** The run that this process is training, if any. */
	training(): string | undefined;
	/** Cancels what is under way. */
	close(): Promise<void>;
}

export interface BackendOptions {
	/** Whether to work in this process even if a bot is running. */
	readonly alone?: boolean;
	/** This process's log. Default: stderr, from the configured level up */
	readonly log?: Log;
	/** See Composition. */
	readonly warn?: (sentence: string) => void;
}

/** @throws {ConfigError} when a running bot does not respond, or the data directory cannot be used */
export async function connectBackend(
	config: Config,
	{ alone, log = createLog(config), warn = warningTo(log) }: BackendOptions = {},
): Promise<BackendConnection> {
	const blobs = createLocalBlobStore(blobDirectory(config.dataDir));
	const bot = alone ? undefined : await callBot(config.dataDir, blobs);
	if (bot) {
		return {
			blobs,
			byRunningBot: true,
			open: (command, options, show = () => {}) => bot.open(command, options, show),
			models: () => bot.models(),
			devices: () => bot.devices(),
			training: () => undefined,
			close: async () => bot.close(),
		};
	}
	// The inference process loads beside what follows.
	const inference = startInference(config, { role: 'command line', log, warn });
	inference.catch(() => {}); // compose reports it
	const { compose } = await import('./compose.ts');
	const { desk, runner, training, artists } = await compose(config, { role: 'command line', log, warn, inference });
	return {
		blobs,
		byRunningBot: false,
		open: (command, options, show) => desk.open({ command, options, user: COMMAND_LINE_USER }, show),
		models: () => runner.models(),
		devices: () => runner.devices(),
		training: () => training.status()?.run,
		close: async () => {
			artists.close();
			await Promise.all([runner.close(), training.close()]);
		},
	};
}
