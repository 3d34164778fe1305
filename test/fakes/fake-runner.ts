/**
 * A JobRunner without models: it counts steps, sends previews, and makes small pictures from the seeds. One job runs at a
 * time. Tests script it through its fields.
 */
import sharp from 'sharp';
import { consecutiveSeeds } from '../../gpu/diffusion/seeds.ts';
import {
	type ImageFacts,
	type Job,
	type JobImage,
	type JobResult,
	seedOf,
	writeToyRecord,
} from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type {
	Capacity,
	DeviceReport,
	JobEnd,
	JobEvent,
	JobRunner,
	ModelList,
	ModelSummary,
	SubmitOptions,
} from '../../gpu/queue/runner.ts';
import { embeddingsOf, FAKE_WIDTH } from './embeddings.ts';
import { toyRecord } from './toy-record.ts';

/** The side of its pictures, in pixels. */
const SIDE = 32;

const STAGE_I = {
	stage: 1,
	revision: '1',
	sampleSize: SIDE,
	parameters: 4_400_000,
	guidanceScale: 7,
	textWidth: FAKE_WIDTH,
} as const;

export const FAKE_MODELS: readonly ModelSummary[] = [
	{ ...STAGE_I, name: 'fake-if', summary: 'Draws bands of colour.' },
	{ ...STAGE_I, name: 'fake-xl', summary: 'Draws wide bands.' },
	{ ...STAGE_I, name: 'fake-upscaler', summary: 'Draws large bands.', stage: 2, sampleSize: 4 * SIDE },
];

const ONE_CPU: readonly DeviceReport[] = [{ device: 'cpu', slots: 1, running: 0, loaded: ['fake-if'] }];

type Failure = Pick<Extract<JobEvent, { type: 'failed' }>, 'message' | 'fault'>;

export class FakeRunner implements JobRunner {
	/** Every job that was submitted, in order. */
	readonly submitted: (SubmitOptions & { readonly job: Job })[] = [];
	/** The steps of a job without `steps`. */
	steps = 4;
	/** How long a step takes, in milliseconds. */
	stepMs = 2;
	/** Running jobs pause after this many steps, until it is undefined again or they are cancelled. */
	holdAt: number | undefined;
	/** If set, every job fails with this after its steps. */
	failure: Failure | undefined;

	/** The usable models. */
	usable: ModelList['usable'] = FAKE_MODELS;
	/** The damaged models. */
	damaged: ModelList['damaged'] = [];
	/** The devices that it claims to have. */
	reported: readonly DeviceReport[] = ONE_CPU;

	readonly #blobs: BlobStore;
	readonly #listeners = new Set<(event: JobEvent) => void>();
	readonly #waiting: { readonly id: string; readonly job: Job }[] = [];
	#running: { readonly id: string; cancelled: boolean; over?: Promise<void> } | undefined;
	#closed = false;

	/** @param blobs the store for its pictures */
	constructor(blobs: BlobStore) {
		this.#blobs = blobs;
	}

	/** Undoes all scripting and forgets the submitted jobs. */
	reset(): void {
		Object.assign(this, {
			steps: 4,
			stepMs: 2,
			holdAt: undefined,
			failure: undefined,
			usable: FAKE_MODELS,
			damaged: [],
			reported: ONE_CPU,
		});
		this.submitted.length = 0;
	}

	async submit(job: Job, options: SubmitOptions): Promise<void> {
		const { id } = options;
		this.submitted.push({ job, ...options });
		this.#waiting.push({ id, job });
		queueMicrotask(() => {
			const position = this.#waiting.findIndex((task) => task.id === id);
			if (position === -1) return;
			this.#emit({ id, type: 'queued', position });
			setImmediate(() => this.#next());
		});
	}

	async cancel(id: string): Promise<boolean> {
		const index = this.#waiting.findIndex((task) => task.id === id);
		if (index !== -1) {
			this.#waiting.splice(index, 1);
			queueMicrotask(() => this.#emit({ id, type: 'cancelled' }));
			return true;
		}
		if (this.#running?.id !== id || this.#running.cancelled) return false;
		this.#running.cancelled = true;
		return true;
	}

	onEvent(listener: (event: JobEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async models(): Promise<ModelList> {
		return { usable: this.usable, damaged: this.damaged };
	}

	capacity(): Capacity {
		return { slots: 1, shortSlots: 1 };
	}

	async devices(): Promise<readonly DeviceReport[]> {
		return this.reported;
	}

	/** Resolves once nothing is running and no picture is still being stored. */
	async close(): Promise<void> {
		this.#closed = true;
		const open = [...this.#waiting, ...(this.#running ? [this.#running] : [])];
		await Promise.all(open.map(({ id }) => this.cancel(id)));
		await this.#running?.over;
	}

	#emit(event: JobEvent): void {
		for (const listener of this.#listeners) listener(event);
	}

	#next(): void {
		if (this.#running) return;
		const task = this.#waiting.shift();
		if (!task) return;
		this.#running = { id: task.id, cancelled: false };
		for (const [position, { id }] of this.#waiting.entries()) this.#emit({ id, type: 'queued', position });
		this.#running.over = this.#run(task.id, task.job, this.#running).then((end) => {
			this.#running = undefined;
			this.#emit(end);
			this.#next();
		});
	}

	async #run(id: string, job: Job, task: { readonly cancelled: boolean }): Promise<JobEnd> {
		this.#emit({ id, type: 'started' });
		const total = ('steps' in job ? job.steps : undefined) ?? this.steps;
		for (let done = 1; done <= total; done++) {
			await pause(this.stepMs);
			if (task.cancelled) return { id, type: 'cancelled' };
			this.#emit({ id, type: 'progress', done, total, preview: await bands(seedOf(job) ?? 0, done / total) });
			while (this.holdAt === done && !task.cancelled && !this.#closed) await pause(5);
		}
		if (task.cancelled) return { id, type: 'cancelled' };
		if (this.failure) return { id, type: 'failed', ...this.failure };
		try {
			return { id, type: 'done', result: await this.#result(job) };
		} catch (error) {
			return {
				id,
				type: 'failed',
				fault: 'internal',
				message: `The result cannot be kept (${(error as Error).message}).`,
			};
		}
	}

	async #result(job: Job): Promise<JobResult> {
		if (job.kind === 'embed') return { images: [], file: await this.#blobs.put(embeddingsOf(job.prompts)), notes: [] };
		if (job.kind === 'toy')
			return { images: [], file: await this.#blobs.put(writeToyRecord(toyRecord(job))), notes: [] };
		const images = factsOf(job).map(async (facts, i): Promise<JobImage> => {
			const blob = await this.#blobs.put(await bands(facts.seed + i, 1));
			return { blob, width: SIDE, height: SIDE, ...facts };
		});
		return { images: await Promise.all(images), notes: [] };
	}
}

const inARow = ({ seed, count }: { readonly seed: number; readonly count: number }) =>
	consecutiveSeeds(seed, count).map((each) => ({ seed: each }));

/** What the pipelines report about their pictures, in order. */
function factsOf(job: Job): ImageFacts[] {
	const seed = seedOf(job) ?? 0;
	switch (job.kind) {
		case 'generate':
			return inARow(job);
		case 'edit':
			return [
				...job.starts.flatMap((start) => {
					return inARow({ seed, count: job.count ?? 1 }).map((each) => ({ ...each, t: 990 - 30 * start }));
				}),
				{ seed, role: 'original' },
			];
		case 'inpaint':
			return [
				...inARow(job),
				...['original', 'mask', ...(job.whole ? [] : ['hole to fill'])].map((role) => ({ seed, role })),
			];
		case 'noise':
			return [{ seed, role: 'original' }, ...job.levels.map((t) => ({ seed, role: 'noisy', t, psnr: 10 }))];
		case 'denoise':
			return ['original', 'noisy', 'blurred', 'one-step', 'state', 'iterative'].map((role) => ({ seed, role, t: 690 }));
		case 'anagram':
		case 'hybrid': {
			const { tries = 1 } = job;
			const tried = inARow({ seed, count: tries });
			return tries === 1 ? tried : tried.map((facts, rank) => ({ ...facts, score: 1 - rank / tries }));
		}
		case 'digits': {
			const samples = inARow({ seed, count: job.count * job.digits.length });
			const frames = job.frames ? [299, 289].map((t) => ({ seed, role: 'frame', t })) : [];
			return [...samples.map((facts) => ({ ...facts, role: 'sample', score: 0.9 })), ...frames];
		}
		case 'digit-anagram':
			return inARow(job).map((facts) => ({ ...facts, role: 'sample', score: 0.9 }));
		case 'digit-noise':
		case 'digit-denoise': {
			const roles = job.kind === 'digit-noise' ? ['noisy'] : ['noisy', 'denoised'];
			return job.sources.flatMap(() => [
				{ seed, role: 'original' },
				...job.sigmas.flatMap((sigma) => roles.map((role) => ({ seed, role, sigma, psnr: 10 }))),
			]);
		}
		case 'digit-edit':
			return job.sources.flatMap(() => [
				{ seed, role: 'original' },
				...job.times.flatMap((t) => ['noisy', 'denoised'].map((role) => ({ seed, role, t, psnr: 10 }))),
			]);
		case 'digit-mean':
			return [
				{ seed, role: 'mean' },
				...inARow(job).flatMap((facts) => [
					{ ...facts, role: 'noisy' },
					{ ...facts, role: 'denoised', distance: 0.02 },
				]),
			];
		default:
			return [{ seed }];
	}
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What was drawn before: many tests ask for the same pictures. */
const drawn = new Map<string, Promise<Buffer>>();

/**
 * Bands of colour that depend on the seed, with a bright corner that shows which side is up.
 *
 * @param share 0..1, how much of the picture is finished; the rest is grey
 * @returns a PNG of SIDE x SIDE pixels
 */
export function bands(seed: number, share: number): Promise<Buffer> {
	const rows = Math.ceil(SIDE * share);
	const key = `${seed} ${rows}`;
	const picture = drawn.get(key) ?? drawBands(seed, rows);
	drawn.set(key, picture);
	return picture;
}

/** Colours the first rows. */
function drawBands(seed: number, rows: number): Promise<Buffer> {
	const rgb = Buffer.alloc(SIDE * SIDE * 3, 128);
	for (let y = 0; y < rows; y++) {
		for (let x = 0; x < SIDE; x++) {
			const corner = x < SIDE / 3 && y < SIDE / 3;
			const band = Math.floor((x + y) / 6) + seed;
			const colour = corner ? [250, 240, 200] : [(band * 67) % 256, (band * 29 + 90) % 256, (band * 151 + 40) % 256];
			rgb.set(colour, (y * SIDE + x) * 3);
		}
	}
	return sharp(rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } })
		.png()
		.toBuffer();
}
