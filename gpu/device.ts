/** Where networks run, and how they share memory there. */

/** Execution providers: where networks are computed. */
export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];
export type Gpu = Exclude<Provider, 'cpu'>;

/** A device as DEVICES names it. The number is that of an NVIDIA GPU, as nvidia-smi counts them. */
export type DeviceName = Provider | `cuda:${number}`;

export const isDeviceName = (name: string): name is DeviceName => /^(cpu|cuda(:(0|[1-9]\d?))?|webgpu)$/.test(name);

/** What a device's name says. */
export function deviceNamed(name: DeviceName): Pick<Device, 'provider' | 'id'> {
	const [provider, id] = name.split(':');
	return { provider: provider as Provider, ...(id !== undefined && { id: Number(id) }) };
}

/**
 * How the weights of several networks share memory. `resident`: all stay loaded. `staged`: each is loaded, used and freed.
 * `mmap`: like `staged`, but on the CPU weights stay in their files, mapped. `auto`: as free memory allows.
 */
export const MEMORY_PLANS = ['auto', 'resident', 'staged', 'mmap'] as const;
export type MemoryPlan = (typeof MEMORY_PLANS)[number];

export interface Device {
	readonly provider: Provider;
	/** The number of an NVIDIA GPU; absent: the one that CUDA puts first. */
	readonly id?: number;
	/** Threads for the CPU provider; absent: one per core. */
	readonly threads?: number;
	/** Absent: auto. */
	readonly memory?: MemoryPlan;
}
