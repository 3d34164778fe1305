/** Tells whoever supervises the bot that it is ready: by a file, and systemd by its own means. */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reason } from './base/explain.ts';
import type { Log } from './base/log.ts';

/** There while the bot is ready; holds the id of its process. */
export const readyFile = (dataDir: string) => join(dataDir, 'flipside.ready');

/** Readiness of the bot of a data directory, of which this process has the lock. */
export function createReadiness(dataDir: string, log: Log) {
	const file = readyFile(dataDir);
	const withdraw = () => {
		try {
			rmSync(file, { force: true, recursive: true });
		} catch (error) {
			// Such as a disk that takes no more changes: the rest of the end goes on.
			log.error({ error }, 'the file that says that the bot is ready could not be removed');
		}
	};
	// One that was killed has left its file.
	withdraw();
	let announced = false;
	return {
		/** Once, however often it is called. The file is gone again when the process ends, unless it is killed. */
		announce(): void {
			if (announced) return;
			announced = true;
			try {
				writeFileSync(file, `${process.pid}\n`, { mode: 0o600 });
			} catch (error) {
				log.error({ error }, 'the file that says that the bot is ready could not be written');
			}
			process.once('exit', withdraw);
			if (process.env.NOTIFY_SOCKET) tellSystemd(log);
		},

		withdraw,
	};
}

/** Sockets of its kind are unknown to Node.js; its own program speaks to them. */
function tellSystemd(log: Log): void {
	execFile('systemd-notify', ['--ready'], (error) => {
		if (error) log.error({}, `systemd could not be told that the bot is ready: ${reason(error)}`);
	});
}
