/** The contract of a platform that is running. The command line is no platform: it opens one request and waits. */
import type { DeskPlatform } from '../desk/view.ts';

export interface Platform extends DeskPlatform {
	/** Resolves when people can use it, with the sentence to print. */
	start(): Promise<string>;
	stop(): Promise<void>;
}
