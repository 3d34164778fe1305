import { describe, expect, test, vi } from 'vitest';
import { seedOf } from '../../../../gpu/jobs/index.ts';
import type { WireMessage } from '../../../../src/platforms/console/wire.ts';
import { console_, freshConsole, restart, url } from './fresh-console.ts';
import { ask, fetch, message, png, shown } from './harness.ts';

freshConsole();

const done = ({ state }: WireMessage) => state === 'done';

describe('after a restart', () => {
	test('results are where they were, and their buttons work', async () => {
		await ask(url, { command: 'edit', 'option.image': await png(), 'option.seed': '4', 'option.start': '5' });
		const before = await message(url, done);
		await restart();
		expect(await shown(url)).toEqual([before]);
		const again = before.buttons.find(({ label }) => label === 'Same seed');
		const headers = { 'content-type': 'application/json' };
		const body = JSON.stringify({ message: before.id, button: again?.id });
		await fetch(`${url}/api/presses`, { method: 'POST', headers, body });
		const second = await message(url, ({ id, state }) => id !== before.id && state === 'done');
		expect(second.inputs).toEqual(before.inputs);
		expect(second.pictures).toEqual(before.pictures);
	});

	test('open requests continue in their messages, with the same seeds', async () => {
		console_.runner.holdAt = 1;
		await ask(url, { line: 'a dog' });
		const running = await message(url, ({ progress }) => progress?.done === 1);
		await ask(url, { line: 'a cat' });
		const seeds = console_.runner.submitted.map(({ job }) => seedOf(job));
		await restart();
		await vi.waitFor(() => expect(console_.runner.submitted.map(({ job }) => seedOf(job))).toEqual(seeds), {
			timeout: 10_000,
		});
		const result = await message(url, ({ id, state }) => id === running.id && state === 'done');
		expect(result.text).toContain(`seed ${seeds[0]}`);
		expect((await message(url, ({ id, state }) => id !== running.id && state === 'done')).text).toContain('“a cat”');
	});
});
