/** Asks questions of a Python script in a process of its own, if this machine can run it. One JSON object per line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A Python with torch and diffusers. */
export const PYTHON = process.env.FLIPSIDE_PYTHON || 'python3';

export interface Script<Greeting, Question, Answer> {
	/** The first line that it writes. */
	readonly greeting: Greeting;
	ask(question: Question): Promise<Answer>;
	/** Resolves once the process has ended and its memory is free. */
	close(): Promise<void>;
	/** Ends the process at once. */
	kill(): void;
}

/** Undefined if the interpreter (FLIPSIDE_PYTHON, else python3) cannot run the script; stderr says why. */
export async function openScript<Greeting, Question, Answer>(
	file: string,
	args: readonly string[],
): Promise<Script<Greeting, Question, Answer> | undefined> {
	const child = spawn(PYTHON, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
	child.stdin.on('error', () => {}); // a missing answer reports it
	const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const failed = once(child, 'error').then(() => ({ done: true, value: undefined }) as const);
	const first = await Promise.race([answers.next(), failed]);
	if (first.done) return undefined;
	return {
		greeting: JSON.parse(first.value),
		async ask(question) {
			child.stdin.write(`${JSON.stringify(question)}\n`);
			const answer = await answers.next();
			if (answer.done) throw new Error(`${file} ended early`);
			return JSON.parse(answer.value);
		},
		async close() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const gone = once(child, 'exit');
			child.stdin.end();
			await gone;
		},
		kill: () => void child.kill('SIGKILL'),
	};
}
