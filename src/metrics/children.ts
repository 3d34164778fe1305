/** Metrics of the bot's other processes: how many there are, and their memory, where the system tells it (Linux). */
import { readFile } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import { type LivingChild, livingChildren } from '../../gpu/queue/spawn.ts';

export function measureChildren(registry: Registry): void {
	new Gauge({
		name: 'flipside_child_processes',
		help: "The bot's other processes, by their entry: worker (inference), training-process, reader, artist, …",
		labelNames: ['process'],
		registers: [registry],
		collect() {
			this.reset();
			for (const { name } of livingChildren()) this.inc({ process: name });
		},
	});
	new Gauge({
		name: 'flipside_child_processes_resident_memory_bytes',
		help: 'The memory that those processes take (resident set size), in bytes',
		labelNames: ['process'],
		registers: [registry],
		async collect() {
			const children = livingChildren();
			const sizes = await Promise.all(children.map(residentBytes));
			this.reset();
			for (const [i, { name }] of children.entries()) {
				const bytes = sizes[i];
				if (bytes !== undefined) this.inc({ process: name }, bytes);
			}
		},
	});
}

/** Undefined if the system does not tell, or the process has just ended. */
async function residentBytes({ pid }: LivingChild): Promise<number | undefined> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
	const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
	return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
