/** Who can get into the console. */
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../../src/base/config.ts';
import { createRedactor } from '../../../../src/base/redact.ts';
import { localConsole } from '../../../../src/platforms/console/index.ts';
import { createConsole } from '../../../../src/platforms/console/platform.ts';
import { keptToken } from '../../../../src/platforms/console/token.ts';
import { console_, freshConsole, restart, url } from './fresh-console.ts';
import { cookieOf, fetch as signedIn } from './harness.ts';

freshConsole();

const PATHS = [
	['GET', '/'],
	['GET', '/page.js'],
	['GET', `/pictures/${'0'.repeat(64)}.png`],
	['GET', `/files/${'0'.repeat(64)}/page.html`],
	['GET', '/api/registry'],
	['GET', '/api/events'],
	['GET', '/nothing'],
	['POST', '/api/commands'],
	['POST', '/api/presses'],
	['DELETE', '/api/messages/one'],
] as const;

const SENTENCE = /Open the console at the address that the bot printed when it started, which ends in \?token=…;/;

describe('without the token', () => {
	test.each(PATHS)('%s %s is refused with a sentence that says where to find it', async (method, path) => {
		const token = new URL(console_.address).searchParams.get('token') as string;
		const port = new URL(url).port;
		for (const cookie of ['', `flipside-${port}=`, `flipside-${port}=${token}x`, `flipside-1=${token}`]) {
			const response = await fetch(url + path, { method, headers: { cookie } });
			expect(response.status, cookie).toBe(401);
			expect(response.headers.get('set-cookie')).toBeNull();
			expect(await response.text()).toMatch(SENTENCE);
		}
	});

	test.each(['', '?token=', '?token=wrong'])('/%s is refused', async (query) => {
		const response = await fetch(`${url}/${query}`, { redirect: 'manual' });
		expect(response.status).toBe(401);
		expect(response.headers.get('set-cookie')).toBeNull();
	});
});

test('the printed address lets a browser in, and does not stay in its history', async () => {
	const response = await fetch(console_.address, { redirect: 'manual' });
	expect(response.status).toBe(303);
	expect(response.headers.get('location')).toBe('/');
	const cookie = response.headers.get('set-cookie');
	expect(cookie).toMatch(/^flipside-\d+=[\w-]{32}; .*HttpOnly/);
	expect(cookie).toContain('SameSite=Lax');
	for (const [, path] of PATHS.slice(0, 2)) expect((await signedIn(url + path)).status).toBe(200);
});

test('the token file is private, and the token stays the same after a restart', async () => {
	const token = new URL(console_.address).searchParams.get('token');
	const file = join(console_.directory, 'console-token');
	expect((await stat(file)).mode & 0o777).toBe(0o600);
	await restart();
	expect(new URL(console_.address).searchParams.get('token')).toBe(token);
});

describe('a stored token', () => {
	let directory: string;
	let file: string;
	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), 'flipside-token-'));
		file = join(directory, 'console-token');
	});
	afterEach(() => rm(directory, { recursive: true, force: true }));

	test('is replaced if others could have read it, or if it is damaged', async () => {
		const first = await keptToken(directory);
		expect(await keptToken(directory)).toBe(first);
		await chmod(file, 0o644);
		const second = await keptToken(directory);
		expect(second).not.toBe(first);
		await writeFile(file, second.slice(0, 5));
		const third = await keptToken(directory);
		expect(third).toMatch(/^[\w-]{32}$/);
		expect((await readFile(file, 'utf8')).trim()).toBe(third);
		expect((await stat(file)).mode & 0o777).toBe(0o600);
	});
});

describe('CONSOLE_TOKEN', () => {
	const start = (token: string) => {
		const { desk, log, directory: dataDir } = console_;
		return createConsole({ desk, log, port: 0, token, dataDir });
	};

	test('off lets everyone in, with a warning', async () => {
		const open = start('off');
		const [address, warning] = (await open.start()).replace('The console is open at ', '').split('\n');
		expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
		expect(warning).toMatch(/^Warning: CONSOLE_TOKEN is off/);
		expect((await fetch(address)).status).toBe(200);
		await open.stop();
	});

	test('can be chosen by the operator', async () => {
		const own = start('a-secret-of-my-own');
		expect(await own.start()).toMatch(/\?token=a-secret-of-my-own$/);
		await own.stop();
	});

	test.each(['short', 'with blanks in between', 'OFF'])('%j is refused', (CONSOLE_TOKEN) => {
		expect(() => readConfig([localConsole], { CONSOLE_TOKEN })).toThrow(/^CONSOLE_TOKEN must be 16 to 128 letters/);
	});
});

test('the log does not show the token', () => {
	const { secrets } = readConfig([localConsole], { CONSOLE_TOKEN: 'a-secret-of-my-own' });
	const redact = createRedactor(secrets);
	expect(redact(`GET /?token=${cookieOf(url).split('=')[1]}`)).toBe('GET /?token=[secret]');
	expect(redact('a-secret-of-my-own')).toBe('[secret]');
});
