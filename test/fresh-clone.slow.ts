/** Does what a newcomer does first: clone, install, start, make a picture. Needs git and the package registry. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetch, signIn } from './src/platforms/console/harness.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

describe('a fresh clone', () => {
	let directory: string;
	let clone: string;
	beforeAll(async () => {
		directory = await mkdtemp(join(tmpdir(), 'flipside-clone-'));
		clone = join(directory, 'flipside');
		await run('git', ['clone', '--quiet', root, clone]);
		await run('npm', ['ci'], { cwd: clone });
	}, 300_000);
	afterAll(() => rm(directory, { recursive: true, force: true }));

	test('opens the console with npm start, and ends on a signal', async () => {
		const env = { ...process.env, CONSOLE_PORT: '0' };
		const bot = spawn('npm', ['start'], { cwd: clone, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
		const closed = new Promise((resolve) => bot.on('close', resolve));
		try {
			let printed = '';
			const address = await new Promise<string>((resolve, reject) => {
				bot.stdout.on('data', (chunk) => {
					printed += chunk;
					const found = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(printed);
					if (found && printed.includes('Ready')) resolve(found[0]);
				});
				bot.on('close', () => reject(new Error(`npm start ended after printing: ${printed}`)));
			});
			const page = await fetch(await signIn(address));
			expect(page.status).toBe(200);
			expect(await page.text()).toContain('Flipside');
		} finally {
			process.kill(-bot.pid!, 'SIGTERM');
			await closed;
		}
	});

	test("makes the README's first picture with all steps", async () => {
		const words = ['run', '-s', 'flipside', '--', 'generate', 'a photo of a dog', '--seed', '180', '--json'];
		const { stdout } = await run('npm', words, { cwd: clone });
		const { images, job } = JSON.parse(stdout);
		expect(job).not.toHaveProperty('steps');
		expect((await stat(join(clone, images[0].path))).size).toBeGreaterThan(1000);
	});
});
