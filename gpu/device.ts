/** Where networks run, and how they share the memory there. */

/** Execution providers: where the arithmetic happens. */
export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

/**
 * How the weights of several networks share the memory. `resident`: all stay once they are loaded. `staged`: each is loaded,
 * used and freed. `mmap`: as staged, and on the CPU weights stay in their files, mapped. `auto`: as the free memory allows.
 */
export const MEMORY_PLANS = ['auto', 'resident', 'staged', 'mmap'] as const;
export type MemoryPlan = (typeof MEMORY_PLANS)[number];

export interface Device {
	readonly provider: Provider;
	/** Threads of the CPU provider; absent: one per core. */
	readonly threads?: number;
	/** Absent: auto. */
	readonly memory?: MemoryPlan;
}
