/** Starts processes of this program that the bot talks to over IPC. */
import { type ChildProcess, fork } from 'node:child_process';
import { constants, getPriority, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface SpawnOptions {
	/** The TypeScript file to run, as an absolute path. */
	readonly entry: string;
	readonly args?: readonly string[];
	/** Added to the bot's own environment, of which secrets are withheld. */
	readonly env?: Readonly<Record<string, string>>;
	/** How far it stands behind this process where both want to calculate, 0..19; default 0. */
	readonly behind?: number;
}

/** `warn`: somebody may have to act, or will want to know why something failed. */
export type LogLine = (line: string, severity: 'info' | 'warn') => void;

export interface Spawned {
	readonly child: ChildProcess;
	/** What the process said last, to name when it ends; others may add to it. */
	readonly lines: string[];
}

/** Run by Node with an entry of ours and its arguments. */
export const LAUNCHER = fileURLToPath(new URL('../launch.mjs', import.meta.url));

/** Lines kept of what the process printed, to name its last words. */
const KEPT_LINES = 40;

/**
 * The end of this process takes it along, also where it does not listen; only where this one is killed it has to notice by itself.
 *
 * @param log gets every line that the process prints
 */
export function spawnProcess({ entry, args = [], env, behind = 0 }: SpawnOptions, log: LogLine): Spawned {
	const child = fork(LAUNCHER, [entry, ...args], {
		execArgv: [],
		serialization: 'advanced',
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		env: { ...withoutSecrets(process.env), ...env },
	});
	if (behind > 0) lower(child, behind);
	const killAtExit = () => child.kill('SIGKILL');
	process.once('exit', killAtExit);
	child.once('close', () => process.off('exit', killAtExit));
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

/**
 * At once, as its start is work, too; and as Linux keeps a priority for each thread, which threads take over from the one that
 * starts them: those that decode pictures are there before the process could do it by itself.
 */
function lower({ pid }: ChildProcess, steps: number): void {
	// Where it could not be started its error says so.
	if (pid === undefined) return;
	try {
		setPriority(pid, Math.min(constants.priority.PRIORITY_LOW, getPriority() + steps));
	} catch {
		// It has ended already.
	}
}

/** What went wrong: the message of an error, not the stack around it, or else the last line. */
export function lastWords(lines: readonly string[]): string | undefined {
	const messages = lines.flatMap((line) => /^\w*Error: (.+)/.exec(line)?.[1] ?? []);
	return messages.at(-1) ?? lines.findLast((line) => line.trim() !== '');
}

/** Whether a variable of the environment holds a secret, by its name. */
export const isSecretName = (name: string) => /TOKEN|SECRET|PASSWORD|REDIS_URL/.test(name);

/** Whoever breaks into the network's process through a model file should find no passwords there. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(env).filter(([name]) => !isSecretName(name)));
}

function eachLine(stream: Readable | null, listener: (line: string) => void): void {
	if (stream) createInterface({ input: stream }).on('line', listener);
}
