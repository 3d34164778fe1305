/** Tells the bot's supervisor that it is ready: by a file, and systemd in its own way. */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reason } from './base/explain.ts';
import type { Log } from './base/log.ts';

/** The file that exists while the bot is ready; it contains the bot's process id. */
export const readyFile = (dataDir: string) => join(dataDir, 'flipside.ready');

/** Readiness of the bot, whose process holds the data directory's lock. */
export function createReadiness(dataDir: string, log: Log) {
	const file = readyFile(dataDir);
	const withdraw = () => {
		try {
			rmSync(file, { force: true, recursive: true });
		} catch (error) {
			// The disk may be read-only, for example; the rest of the shutdown continues.
			log.error({ error }, 'the readiness file could not be removed');
		}
	};
	// A bot that was killed left its file behind.
	withdraw();
	let announced = false;
	return {
		/** Announces readiness once, however often it is called. The file is removed when the process ends, unless it is killed. */
		announce(): void {
			if (announced) return;
			announced = true;
			try {
				writeFileSync(file, `${process.pid}\n`, { mode: 0o600 });
			} catch (error) {
				log.error({ error }, 'the readiness file could not be written');
			}
			process.once('exit', withdraw);
			if (process.env.NOTIFY_SOCKET) tellSystemd(log);
		},

		withdraw,
	};
}

/** Node.js does not support the kind of socket that systemd uses; systemd's own program does. */
function tellSystemd(log: Log): void {
	execFile('systemd-notify', ['--ready'], (error) => {
		if (error) log.error({}, `systemd could not be told that the bot is ready: ${reason(error)}`);
	});
}
