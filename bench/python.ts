/** A Python script in a process of its own that answers questions, if this machine can run it. One JSON object a line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A Python with torch and diffusers. */
export const PYTHON = process.env.FLIPSIDE_PYTHON || 'python3';

export interface Script<Greeting, Question, Answer> {
	/** The line that it starts with. */
	readonly greeting: Greeting;
	ask(question: Question): Promise<Answer>;
	/** Resolves once the process is gone, and its memory free. */
	close(): Promise<void>;
}

/** Undefined when the interpreter (FLIPSIDE_PYTHON, else python3) cannot run the script; why is on stderr. */
export async function openScript<Greeting, Question, Answer>(
	file: string,
	args: readonly string[],
): Promise<Script<Greeting, Question, Answer> | undefined> {
	const child = spawn(PYTHON, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
	child.stdin.on('error', () => {}); // the missing answer tells
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
	};
}
