/** The real bot in a process of its own, for tests to talk to through the command line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Resolves once the bot is ready. */
export async function startBotProcess(env: NodeJS.ProcessEnv, cwd: string): Promise<ChildProcess> {
	const bot = spawn(process.execPath, [LAUNCHER, MAIN], { env, cwd });
	await new Promise<void>((resolve, reject) => {
		let printed = '';
		bot.stdout.on('data', (chunk) => {
			printed += chunk;
			if (printed.includes('Ready')) resolve();
		});
		bot.on('close', () => reject(new Error(`the bot ended after printing: ${printed}`)));
	});
	return bot;
}

export async function stopBotProcess(bot: ChildProcess): Promise<void> {
	const closed = new Promise((resolve) => bot.on('close', resolve));
	bot.kill('SIGTERM');
	await closed;
}
