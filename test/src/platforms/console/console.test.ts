import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/config.ts';
import type { Desk } from '../../../../src/desk/desk.ts';
import { createConsole } from '../../../../src/platforms/console/platform.ts';
import type { WireRegistry } from '../../../../src/platforms/console/wire.ts';
import { FAKE_MODELS } from '../../../fakes/fake-runner.ts';
import { console_, freshConsole, url } from './fresh-console.ts';
import { cookieOf, events, fetch } from './harness.ts';

freshConsole();

/** Uses node:http, because fetch sets Host and Origin itself. */
function raw(path: string, method: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
	return new Promise((resolve, reject) => {
		const sent = request(`${url}${path}`, { method, headers: { cookie: cookieOf(url), ...headers } }, (response) => {
			let body = '';
			response.on('data', (chunk) => {
				body += chunk;
			});
			response.on('end', () => resolve({ status: response.statusCode as number, body }));
		});
		sent.on('error', reject);
		sent.end();
	});
}

describe('the guard', () => {
	test('refuses a foreign Host, as in DNS rebinding', async () => {
		for (const host of ['evil.example', `evil.example:${new URL(url).port}`, '127.0.0.1:1', 'localhost']) {
			const answer = await raw('/api/registry', 'GET', { host });
			expect(answer.status, host).toBe(403);
			expect(answer.body).toContain('The console is only available at http://127.0.0.1:');
		}
		expect((await raw('/', 'GET', { host: `LOCALHOST:${new URL(url).port}` })).status).toBe(200);
	});

	test('refuses other origins and cross-site writes', async () => {
		const { host } = new URL(url);
		expect((await raw('/api/presses', 'POST', { host, origin: 'http://evil.example' })).status).toBe(403);
		expect((await raw('/api/events', 'GET', { host, origin: 'null' })).status).toBe(403);
		expect((await raw('/api/presses', 'POST', { host, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
		expect((await raw('/api/presses', 'POST', { host, 'sec-fetch-site': 'same-site' })).status).toBe(403);
		// The console's own page gets past the guard, to the check of the body.
		const own = { host, origin: url, 'sec-fetch-site': 'same-origin' };
		expect((await raw('/api/presses', 'POST', own)).status).toBe(422);
	});

	test('sends a content security policy that allows nothing from elsewhere', async () => {
		const { headers } = await fetch(url);
		const policy = headers.get('content-security-policy');
		expect(policy).toContain("default-src 'none'");
		expect(policy).not.toContain('unsafe');
		expect(policy).not.toContain('http');
		expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
		expect(headers.get('x-content-type-options')).toBe('nosniff');
	});
});

test('serves the page and its files, and nothing else', async () => {
	for (const path of ['/', '/page.js', '/styles.css', '/icon.svg']) {
		const response = await fetch(url + path);
		expect(response.status, path).toBe(200);
		expect((await response.text()).length, path).toBeGreaterThan(100);
	}
	for (const path of ['/package.json', '/../package.json', '/pictures/abc.png', '/page/main.ts']) {
		expect((await fetch(url + path)).status, path).toBe(404);
	}
	expect((await fetch(`${url}/pictures/${'0'.repeat(64)}.png`)).status).toBe(422);
});

test('the registry lists every command with its options, and says in words what they take', async () => {
	const registry = (await (await fetch(`${url}/api/registry`)).json()) as WireRegistry;
	const generate = registry.commands.find(({ name }) => name === 'generate');
	expect(generate?.makesPictures).toBe(true);
	expect(generate?.options.find(({ name }) => name === 'count')).toMatchObject({
		spec: { kind: 'integer', min: 1, max: 9 },
		hint: 'a whole number from 1 to 9, for example 4',
	});
	expect(registry.commands.find(({ name }) => name === 'help')?.makesPictures).toBe(false);
	const models = await (await fetch(`${url}/api/models`)).json();
	expect(models).toEqual(FAKE_MODELS.map(({ name, summary, stage }) => ({ name, summary, stage })));
});

test('stop ends open event streams and closes the port at once', async () => {
	const streams = await Promise.all(
		[1, 2].map(async () => {
			const stream = events(url);
			await stream.next();
			return stream;
		}),
	);
	const started = performance.now();
	await console_.stop();
	expect(performance.now() - started).toBeLessThan(1000);
	for (const stream of streams) expect((await stream.next().catch(() => ({ done: true }))).done).toBe(true);
	await expect(fetch(url)).rejects.toThrow();
});

test('says in one sentence that CONSOLE_PORT is in use', async () => {
	const other = createServer();
	await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
	const { port } = other.address() as AddressInfo;
	const log = { error() {}, warn() {}, info() {}, debug() {} };
	const { directory: dataDir } = console_;
	const second = createConsole({ desk: { commands: [] } as unknown as Desk, port, token: undefined, dataDir, log });
	const refusal = await second.start().catch((error: unknown) => error);
	expect(refusal).toBeInstanceOf(ConfigError);
	expect((refusal as Error).message).toBe(
		`CONSOLE_PORT ${port} is in use by another program; set CONSOLE_PORT to a free port, or to 0 for any.`,
	);
	await second.stop();
	other.close();
});
