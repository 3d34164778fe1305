/** Starts this program's other processes, with which the bot communicates over IPC. */
import { type ChildProcess, fork } from 'node:child_process';
import { constants, getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface SpawnOptions {
	/** The TypeScript file to run, as an absolute path. */
	readonly entry: string;
	readonly args?: readonly string[];
	/** Added to the bot's own environment, from which secrets are removed. */
	readonly env?: Readonly<Record<string, string>>;
	/** How far its priority is below this process's, 0..19; default 0. */
	readonly behind?: number;
}

/** `warn`: the operator may have to act, or will want to know why something failed. */
export type LogLine = (line: string, severity: 'info' | 'warn', about?: LogFields) => void;

/** What a line of the log is about. */
export interface LogFields {
	/** Absent: the only one. */
	readonly device?: string;
	/** The id of a job, which is that of its request. */
	readonly request?: string;
}

export interface Spawned {
	readonly child: ChildProcess;
	/** The last lines that the process printed, to quote when it ends; others may add to it. */
	readonly lines: string[];
}

/** The file that Node runs, with one of our entries and its arguments. */
export const LAUNCHER = fileURLToPath(new URL('../launch.mjs', import.meta.url));

/** How many of the process's printed lines are kept, to quote its last words. */
const KEPT_LINES = 40;

/**
 * Starts a process that is killed when this one ends, even if it does not respond; only if this one is killed does it have to
 * notice by itself.
 *
 * @param log receives every line that the process prints
 */
export function spawnProcess({ entry, args = [], env, behind = 0 }: SpawnOptions, log: LogLine): Spawned {
	const child = fork(LAUNCHER, [entry, ...args], {
		execArgv: [],
		serialization: 'advanced',
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		env: { ...withoutSecrets(process.env), ...env },
	});
	if (behind > 0) lower(child, behind);
	keep(child, basename(entry, '.ts'));
	const lines: string[] = [];
	for (const [stream, severity] of [
		[child.stdout, 'info'],
		[child.stderr, 'warn'],
	] as const) {
		eachLine(stream, (line) => {
			log(line, severity);
			lines.push(line);
			if (lines.length > KEPT_LINES) lines.shift();
		});
	}
	return { child, lines };
}

/** The children that are alive, with their names. */
const children = new Map<ChildProcess, string>();

export interface LivingChild {
	readonly pid: number;
	/** Its entry's file name, without its ending: worker, training-process, reader, … */
	readonly name: string;
}

/** The processes that this one has started and that have not ended. */
export const livingChildren = (): readonly LivingChild[] =>
	[...children].flatMap(([{ pid }, name]) => (pid === undefined ? [] : [{ pid, name }]));

const killAll = () => {
	for (const child of children.keys()) child.kill('SIGKILL');
};

/** Keeps count of a child until it has ended, and kills it if this process ends before. */
function keep(child: ChildProcess, name: string): void {
	if (children.size === 0) process.once('exit', killAll);
	children.set(child, name);
	child.once('close', () => {
		children.delete(child);
		if (children.size === 0) process.off('exit', killAll);
	});
}

/**
 * Lowers a child's priority at once, since starting is work too. Also, Linux keeps a priority per thread, inherited from the
 * thread that starts it, and the threads that decode pictures exist before the process could lower its own.
 */
function lower({ pid }: ChildProcess, steps: number): void {
	// If it could not be started, its error says so.
	if (pid === undefined) return;
	try {
		setPriority(pid, Math.min(constants.priority.PRIORITY_LOW, getPriority() + steps));
	} catch {
		// It has ended already.
	}
}

/** What went wrong: the last error's message without its stack, or else the last line. */
export function lastWords(lines: readonly string[]): string | undefined {
	const messages = lines.flatMap((line) => /^\w*Error: (.+)/.exec(line)?.[1] ?? []);
	return messages.at(-1) ?? lines.findLast((line) => line.trim() !== '');
}

/** Whether an environment variable holds a secret, judging by its name, or is an address with a password. */
export const isSecret = (name: string, value: string) =>
	/TOKEN|SECRET|PASSWORD|REDIS_URL|QUEUE_URL/.test(name) || /:\/\/[^/\s]*:[^/\s]*@/.test(value);

/** An attacker who breaks into the inference process through a model file should find no passwords there. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(env).filter(([name, value = '']) => !isSecret(name, value)));
}

function eachLine(stream: Readable | null, listener: (line: string) => void): void {
	if (stream) createInterface({ input: stream }).on('line', listener);
}
