/** What an operator finds in the log about one request, from its beginning at the desk to the inference process and back. */
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { createLocalRunner } from '../../../gpu/queue/local-runner.ts';
import type { JobRunner } from '../../../gpu/queue/runner.ts';
import { type OpenDesk, openDesk } from './open-desk.ts';

const worker = { entry: fileURLToPath(new URL('../../fakes/worker.ts', import.meta.url)) };

let open: OpenDesk;
let runner: JobRunner;
afterEach(async () => {
	await runner.close();
	await open.close();
});

test('every line about a request has its id', async () => {
	const lines: string[] = [];
	const write = (level: string) => (details: object, message: string) =>
		lines.push([level, 'request' in details ? details.request : 'nobody', message].join(' '));
	const log = { error: write('error'), warn: write('warn'), info: write('info'), debug: vi.fn() };
	open = await openDesk({ log });
	runner = createLocalRunner({
		concurrency: 1,
		dataDir: open.directory,
		worker,
		log: (line, severity, about = {}) => log[severity](about, line),
	});
	const desk = open.again({ runner });
	const user = { id: 'test:ann', name: 'Ann', staff: false };
	const { view } = await desk.open({ command: 'generate', options: { prompt: 'crash once' }, user });
	const id = view.requestId;
	expect(lines.filter((line) => line.includes(` ${id} `))).toEqual([
		`info ${id} a request came in`,
		`info ${id} a job started: generate with fake`,
		`warn ${id} the process of a job died`,
		`info ${id} a job started: generate with fake`,
		`info ${id} a request ended`,
	]);
});
