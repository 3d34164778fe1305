/** Runs a real bot in a process of its own, with the fake worker. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';
import { until } from '../fakes/until.ts';
import { signIn } from '../src/platforms/console/harness.ts';

const ENTRY = fileURLToPath(new URL('../fakes/bot.ts', import.meta.url));

/** Generous, because the machine is busy with everything else. */
const START_MS = 120_000;
const END_MS = 60_000;

export class BotProcess {
	/** The console's address, where the harness's `fetch` is signed in. */
	url = '';
	readonly child: ChildProcess;
	#printed = '';

	constructor(env: NodeJS.ProcessEnv) {
		const all = { PATH: process.env.PATH, CONSOLE_PORT: '0', LOG_LEVEL: 'error', ...env };
		this.child = spawn(process.execPath, [LAUNCHER, ENTRY], { env: all });
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream?.on('data', (chunk) => {
				this.#printed += chunk;
			});
		}
	}

	/** All its output so far. */
	get printed(): string {
		return this.#printed;
	}

	get isThere(): boolean {
		return this.child.exitCode === null && this.child.signalCode === null;
	}

	/** Resolves with true when it is ready, or false if it has ended. */
	async ready(): Promise<boolean> {
		await until('a bot to be ready', () => !this.isThere || this.#printed.includes('Ready with'), START_MS);
		const address = /http:\S+/.exec(this.#printed)?.[0];
		if (!this.isThere || address === undefined) return false;
		this.url = await signIn(address);
		return true;
	}

	/** The process ids of its children with this entry. */
	children(entry: 'worker.ts' | 'training-process.ts'): readonly number[] {
		return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
			.split('\n')
			.map((line) => line.trim().split(/\s+/))
			.filter(([, parent, ...args]) => Number(parent) === this.child.pid && args.some((arg) => arg.endsWith(entry)))
			.map(([pid]) => Number(pid));
	}

	/** Ends it. Resolves with its exit status or the signal that ended it, or undefined if it did not end. */
	async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | undefined> {
		if (this.isThere) {
			const gone = once(this.child, 'close');
			this.child.kill(signal);
			const limit = setTimeout(() => this.child.kill('SIGKILL'), END_MS);
			await gone;
			clearTimeout(limit);
			if (this.child.signalCode === 'SIGKILL' && signal !== 'SIGKILL') return undefined;
		}
		return this.child.exitCode ?? this.child.signalCode ?? undefined;
	}
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
