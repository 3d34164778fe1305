/** Metrics of the devices that jobs run on. Devices of the same name on one machine, such as cpu and cpu, count together. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { type DeviceReport, type JobRunner, RunnerError } from '../../gpu/queue/runner.ts';

/** What is told of a device, by the end of the metric's name. */
const FACTS: Readonly<Record<string, { readonly help: string; readonly of: (report: DeviceReport) => number }>> = {
	devices_up: { help: 'Devices that work', of: ({ problem }) => (problem === undefined ? 1 : 0) },
	devices_left_out: { help: 'Devices that cannot be used', of: ({ problem }) => (problem === undefined ? 0 : 1) },
	device_slots: {
		help: 'Jobs that a device runs at the same time, short ones not counted',
		of: ({ slots, problem }) => (problem === undefined ? slots : 0),
	},
	device_slots_in_use: { help: 'Jobs that a device runs now, short ones not counted', of: ({ running }) => running },
	device_models: { help: 'Models that a device has loaded', of: ({ loaded }) => loaded.length },
};

export function measureDevices(registry: Registry, runner: Pick<JobRunner, 'devices'>): void {
	for (const [name, { help, of }] of Object.entries(FACTS)) {
		new Gauge({
			name: `flipside_${name}`,
			help,
			labelNames: ['machine', 'device'],
			registers: [registry],
			async collect() {
				const reports = await runner.devices().catch(none);
				this.reset();
				for (const report of reports) this.inc({ machine: report.machine ?? '', device: report.device }, of(report));
			},
		});
	}
}

export function measureBatches(registry: Registry, runner: Pick<JobRunner, 'devices'>): void {
	new Counter({
		name: 'flipside_batches_total',
		help: 'Batches that networks have run, by how many evaluations were in them',
		labelNames: ['machine', 'device', 'size'],
		registers: [registry],
		async collect() {
			const reports = await runner.devices().catch(none);
			this.reset();
			for (const { machine = '', device, batches = {} } of reports) {
				for (const [size, count] of Object.entries(batches)) this.inc({ machine, device, size }, count);
			}
		},
	});
}

function none(error: unknown): readonly DeviceReport[] {
	if (error instanceof RunnerError) return [];
	throw error;
}
