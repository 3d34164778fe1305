import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, type Harness, startConsole } from './harness.ts';

let server: Harness;
beforeAll(async () => {
	server = await startConsole();
});
afterAll(() => server.stop());

test.each([
	[{ line: '/edit https://127.0.0.1/secret.png a house' }],
	[{ line: '/inpaint --mask https://[::1]/mask.png --image https://localhost/secret.png' }],
	[{ command: 'edit', 'option.image': 'https://169.254.169.254/latest/' }],
])('refuses an address that is not public, typed or in a form: %j', async (fields) => {
	const { status, answer } = await ask(server.url, fields);
	expect(status).toBe(422);
	expect(answer).toEqual({ error: expect.stringMatching(/^https:\/\/\S+ leads to a network that is not public/) });
	expect(server.runner.submitted).toEqual([]);
});
