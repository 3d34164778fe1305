/** Where networks run, and how they share memory there. */

/** Execution providers: where networks are computed. */
export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];
export type Gpu = Exclude<Provider, 'cpu'>;

/** What DEVICES may say. `auto`: a GPU that passes its self-test, or else the CPU; see queue/choose-device.ts. */
export const DEVICE_SETTINGS = ['auto', ...PROVIDERS] as const;
export type DeviceSetting = (typeof DEVICE_SETTINGS)[number];

/**
 * How the weights of several networks share memory. `resident`: all stay loaded. `staged`: each is loaded, used and freed.
 * `mmap`: like `staged`, but on the CPU weights stay in their files, mapped. `auto`: as free memory allows.
 */
export const MEMORY_PLANS = ['auto', 'resident', 'staged', 'mmap'] as const;
export type MemoryPlan = (typeof MEMORY_PLANS)[number];

export interface Device {
	readonly provider: Provider;
	/** Threads for the CPU provider; absent: one per core. */
	readonly threads?: number;
	/** Absent: auto. */
	readonly memory?: MemoryPlan;
}
