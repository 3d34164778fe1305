/** The metrics of a real desk with a scripted runner, as Prometheus reads them. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConfigError } from '../../../src/base/config.ts';
import { createMetrics, type Metrics } from '../../../src/metrics/metrics.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';

const ANY_PORT = { host: '127.0.0.1', port: 0 };
const ANN = { id: 'test:ann', name: 'Ann', staff: false };

let made: MadeDesk;
let metrics: Metrics;
let address: string;
beforeEach(async () => {
	metrics = createMetrics(ANY_PORT);
	made = await makeDesk((runner) => ({ runner: metrics.watch(runner), onEnded: metrics.requestEnded }));
	await metrics.serve(made.log);
	[, address] = /(http:.*)$/.exec(made.log.info.mock.lastCall?.[1]) ?? [];
});
afterEach(async () => {
	await metrics.stop();
	await made.close();
});

const open = (command: string, options = {}) => made.desk.open({ command, options, user: ANN });

/** The lines of a metric, without its explanation. */
async function read(name: string): Promise<string[]> {
	const text = await (await fetch(address)).text();
	return text.split('\n').filter((line) => line.startsWith(name));
}

/** The value of a line such as `flipside_jobs{state="waiting"} 0`. */
async function amount(series: string): Promise<number | undefined> {
	const [line] = await read(`${series} `);
	return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('jobs and requests count by what became of them', async () => {
	await open('generate', { prompt: 'a dog' });
	await open('generate', { prompt: 'a dog', steps: '0' });
	await open('no-such-thing');
	made.runner.failure = { message: 'It broke.', fault: 'internal' };
	await open('generate', { prompt: 'a dog' });
	expect(await read('flipside_jobs_total')).toEqual([
		'flipside_jobs_total{kind="generate",outcome="done"} 1',
		'flipside_jobs_total{kind="generate",outcome="failed_internal"} 1',
	]);
	expect(await read('flipside_requests_total')).toEqual([
		'flipside_requests_total{command="generate",state="done"} 1',
		'flipside_requests_total{command="generate",state="failed"} 2',
		'flipside_requests_total{command="unknown",state="failed"} 1',
	]);
	expect(await read('flipside_errors_total')).toEqual([
		'flipside_errors_total{fault="user"} 2',
		'flipside_errors_total{fault="internal"} 1',
	]);
});

test('no metric names a person, a prompt or what is no command', async () => {
	await open('generate', { prompt: 'a dog' });
	await open('secret-word', {});
	expect((await read('')).join('\n')).not.toMatch(/\bAnn\b|test:ann|a dog|secret/);
});

test('times are measured of waiting, running, and each evaluation', async () => {
	Object.assign(made.runner, { stepMs: 50 });
	// Four steps with guidance are eight evaluations.
	await open('generate', { prompt: 'a dog', steps: '4' });
	expect(await amount('flipside_job_waiting_seconds_count{kind="generate"}')).toBe(1);
	const ran = (await amount('flipside_job_running_seconds_sum{kind="generate"}')) ?? 0;
	expect(ran).toBeGreaterThan(0.19);
	const pace = await amount('flipside_evaluation_seconds_sum{kind="generate",model="fake-if"}');
	expect(pace).toBeCloseTo(ran / 8, 6);
});

test('gauges show what waits and runs now', async () => {
	made.runner.holdAt = 1;
	const both = [open('generate', { prompt: 'a dog' }), open('generate', { prompt: 'a cat' })];
	const now = ['flipside_jobs{state="waiting"} 1', 'flipside_jobs{state="running"} 1'];
	await expect.poll(() => read('flipside_jobs{')).toEqual(now);
	made.runner.holdAt = undefined;
	await Promise.all(both);
	expect(await read('flipside_jobs{')).toEqual([
		'flipside_jobs{state="waiting"} 0',
		'flipside_jobs{state="running"} 0',
	]);
});

test('devices are up or left out; those of one name count together', async () => {
	const cpu = { device: 'cpu', slots: 2, running: 1, loaded: ['fake-if'] };
	const batches = { 1: 5, 4: 2 };
	made.runner.reported = [
		{ ...cpu, batches },
		{ ...cpu, batches },
		{ ...cpu, machine: 'lab', device: 'cuda:1', running: 0, problem: 'Broken.' },
	];
	expect(await amount('flipside_devices_up{machine="",device="cpu"}')).toBe(2);
	expect(await amount('flipside_device_slots_in_use{machine="",device="cpu"}')).toBe(2);
	expect(await amount('flipside_devices_left_out{machine="lab",device="cuda:1"}')).toBe(1);
	expect(await amount('flipside_device_slots{machine="lab",device="cuda:1"}')).toBe(0);
	expect(await read('flipside_batches_total{')).toEqual([
		'flipside_batches_total{machine="",device="cpu",size="1"} 10',
		'flipside_batches_total{machine="",device="cpu",size="4"} 4',
	]);
});

test('the process itself is measured, with the stalls of its event loop', async () => {
	expect(await amount('flipside_process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
	expect(await amount('flipside_nodejs_eventloop_lag_max_seconds')).toBeGreaterThanOrEqual(0);
});

test('docs/metrics.md names every metric of ours', async () => {
	const page = await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
	const names = (await read('# TYPE')).map((line) => line.split(' ')[2]);
	expect(names.length).toBeGreaterThan(20);
	const ours = names.filter((name) => !/^flipside_(nodejs|process)_/.test(name));
	expect(ours.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

describe('the server', () => {
	test('has nothing else, and is only read', async () => {
		expect((await fetch(address.replace('/metrics', '/'))).status).toBe(404);
		expect((await fetch(address, { method: 'POST' })).status).toBe(405);
		expect((await fetch(address)).headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
	});

	test('says what to do about a port in use', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as AddressInfo;
		await expect(createMetrics({ host: '127.0.0.1', port }).serve(made.log)).rejects.toThrow(
			new ConfigError(
				`METRICS_PORT ${port} is in use by another program; set METRICS_PORT to a free port, or to 0 for any.`,
			),
		);
		other.close();
	});

	test('says what to do about an address that is not here', async () => {
		await expect(createMetrics({ host: '192.0.2.1', port: 0 }).serve(made.log)).rejects.toThrow(
			/^METRICS_HOST 192\.0\.2\.1 is no address of this machine; set it to 127\.0\.0\.1/,
		);
	});

	test('answers with 500 and a line in the log if the devices cannot be asked for a reason of ours', async () => {
		vi.spyOn(made.runner, 'devices').mockRejectedValue(new TypeError('oops'));
		expect((await fetch(address)).status).toBe(500);
		expect(made.log.error).toHaveBeenCalledOnce();
	});
});
