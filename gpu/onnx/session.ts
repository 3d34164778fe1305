/** Runs graphs. Besides the thread of threaded-session.ts, the only code that knows onnxruntime-node. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import type { Device, Gpu } from '../device.ts';
import { UserError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface SessionOptions extends Device {
	/** The folder that the locations of external initializers are relative to; absent: the model has none. */
	readonly weightsFolder?: string;
	/**
	 * `speed`: every optimisation, which copies convolution weights into the CPU's own layout.
	 * `memory`: weights stay mapped from their files, unless the graph turns them into another type; about a tenth
	 * slower, loads at once.
	 * `training`: weights are inputs, so there is nothing to copy; without planned memory, which takes 1.1 GB more for a
	 * step of the digit UNet (64 channels, batch 128) and gains little.
	 */
	readonly prefer: 'speed' | 'memory' | 'training';
	/** Start of the name of a file that will tell how long every operation took, complete when the session is closed. */
	readonly profile?: string;
}

/**
 * What goes into a graph: fp32, or whole numbers (token ids). Not fp16, which would halve what goes up to a GPU: Node 24 has
 * Float16Array, and onnxruntime-node 1.30 takes one for empty (microsoft/onnxruntime#32323).
 */
export type Feed = Tensor | { readonly data: Int32Array; readonly shape: readonly number[] };

/** A tensor in the memory of a device, for other runs there. */
export interface DeviceTensor {
	readonly onDevice: ort.Tensor;
	/** Frees the memory; nothing can be fed with it afterwards. */
	free(): void;
}

/** A graph that is loaded and can be run. */
export interface LoadedGraph {
	/** One pass. May block the thread while it calculates. Throws when a feed is missing or of the wrong shape. */
	run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Tensor>>;
	/** Frees the memory; the graph cannot run afterwards. */
	close(): Promise<void>;
}

/** A graph that this thread has loaded, and that blocks it while it calculates. */
export interface Session extends LoadedGraph {
	/** `into`: outputs by name whose arrays are there already and are overwritten; absent: every output gets a new one. */
	run(feeds: Readonly<Record<string, Feed>>, into?: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
}

/**
 * Loads a model (the bytes of toModel). Throws a UserError when the provider is not there, and ONNX Runtime's own error
 * for anything else.
 */
export async function openSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
	const session = await createSession(model, options);
	return {
		async run(feeds, into = {}) {
			const wanted = session.outputNames.map((name) => [name, into[name] ? toOrt(into[name]) : null]);
			const outputs = await session.run(toOrtFeeds(feeds), Object.fromEntries(wanted));
			return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, fromOrt(output)]));
		},
		close: () => closeSession(session, options),
	};
}

/** A session that takes tensors of the device, and some of whose outputs stay there. WebGPU alone can do that. */
export interface DeviceSession {
	run(
		feeds: Readonly<Record<string, Feed | DeviceTensor>>,
	): Promise<{ outputs: Record<string, Tensor>; onDevice: Record<string, DeviceTensor> }>;
	close(): Promise<void>;
}

/** As openSession. `staying`: the outputs that stay. */
export async function openDeviceSession(
	model: Uint8Array,
	options: SessionOptions,
	staying: readonly string[],
): Promise<DeviceSession> {
	const locations = Object.fromEntries(staying.map((name) => [name, 'gpu-buffer'] as const));
	const session = await createSession(model, options, { preferredOutputLocation: locations });
	return {
		async run(feeds) {
			const outputs: Record<string, Tensor> = {};
			const onDevice: Record<string, DeviceTensor> = {};
			for (const [name, output] of Object.entries(await session.run(toOrtFeeds(feeds)))) {
				if (staying.includes(name)) onDevice[name] = { onDevice: output, free: () => output.dispose() };
				else outputs[name] = fromOrt(output);
			}
			return { outputs, onDevice };
		},
		close: () => closeSession(session, options),
	};
}

async function closeSession(session: ort.InferenceSession, { profile }: SessionOptions): Promise<void> {
	if (profile) session.endProfiling();
	await session.release();
}

async function createSession(
	model: Uint8Array,
	options: SessionOptions,
	more: ort.InferenceSession.SessionOptions = {},
): Promise<ort.InferenceSession> {
	try {
		return await ort.InferenceSession.create(model, { ...ortOptions(options), ...more });
	} catch (error) {
		if (options.provider === 'cpu' || !isAboutProvider(error)) throw error;
		throw new MissingProviderError({ provider: options.provider, id: options.id }, error);
	}
}

/** What ONNX Runtime is told about a session; plain data. */
export function ortOptions(options: SessionOptions): ort.InferenceSession.SessionOptions {
	return {
		executionProviders: [providerOf(options)],
		intraOpNumThreads: options.threads ?? availableParallelism(),
		// "all" adds the blocked NCHWc layout, which needs a copy of every convolution weight. Measured on the bundled
		// model, one thread, batch 2: 39 ms with it, 44 ms without.
		graphOptimizationLevel: options.prefer === 'speed' ? 'all' : 'extended',
		enableMemPattern: options.prefer !== 'training',
		...(options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {}),
		// Errors only: the warnings are about constant folding that it skips, and meant for its developers.
		logSeverityLevel: 3,
		extra: {
			// Threads that wait for the next operation spin for a moment, then sleep. By default they spin for long, which takes the
			// cores from the bot and from training. An evaluation of the bundled model on 2 hyperthreads of an Intel Xeon, for
			// batches of 1, 2 and 4: 24.2, 41.7 and 78.8 ms without spinning, 20.6, 38.5 and 72.9 ms with 20 µs, about as
			// with 50 or 100 µs. Two of one beside another busy process: 55 ms, 59 ms with 20 µs, 71 with 50 and 80 with 100.
			'session.intra_op.allow_spinning': '1',
			'session.intra_op.spin_duration_us': '20',
			...(options.prefer === 'memory' ? { 'session.disable_prepacking': '1' } : {}),
			...(options.weightsFolder
				? { 'session.model_external_initializers_file_folder_path': options.weightsFolder }
				: {}),
		},
	};
}

function providerOf({ provider, id }: Device): ort.InferenceSession.ExecutionProviderConfig {
	return provider === 'cuda' && id !== undefined ? { name: 'cuda', deviceId: id } : provider;
}

const REMEDIES: Record<Gpu, string> = {
	cuda: 'run cuda check, which says what is missing',
	webgpu: 'install a GPU driver with Vulkan (and libvulkan1)',
};

const NO_SUCH_GPU = 'give the number of a GPU that nvidia-smi lists';

/** What ONNX Runtime and the drivers say when a provider, its libraries or its hardware are not there. */
const PROVIDER_ERRORS = [
	/backend not found/,
	/OrtSessionOptionsAppendExecutionProvider_\w+: Failed to load shared library/,
	/Failed to load library .*onnxruntime_providers/,
	/execution provider is not (enabled|supported)/,
	/Failed to get a WebGPU (adapter|device)/,
	/no CUDA-capable device/,
	/invalid device ordinal/,
	/CUDA driver version is insufficient/,
	// Of the driver, not of a kernel: too old, in the wrong mode, or without a device.
	/CUDA failure (3[56]|10[01]|80[0-9]|999):/,
];

/** Whether the provider is at fault, and not the model or the memory. */
function isAboutProvider(error: unknown): boolean {
	return error instanceof Error && PROVIDER_ERRORS.some((pattern) => pattern.test(error.message));
}

/** The provider's libraries, driver or hardware are not there. */
export class MissingProviderError extends UserError {
	/** What to do so that the provider works. */
	readonly remedy: string;

	constructor({ provider, id }: { readonly provider: Gpu; readonly id?: number }, cause: unknown) {
		const reason = cause instanceof Error ? cause.message.replace(/\s+/g, ' ').slice(0, 200) : String(cause);
		const remedy = /invalid device ordinal/.test(reason) ? NO_SUCH_GPU : REMEDIES[provider];
		const name = id === undefined ? provider : `${provider}:${id}`;
		super(`The device "${name}" does not work here: ${remedy}, or use "cpu" (${reason}).`, { cause });
		this.remedy = remedy;
	}
}

function toOrtFeeds(feeds: Readonly<Record<string, Feed | DeviceTensor>>): Record<string, ort.Tensor> {
	return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, toOrt(feed)]));
}

function toOrt(feed: Feed | DeviceTensor): ort.Tensor {
	if ('onDevice' in feed) return feed.onDevice;
	const { data, shape } = feed;
	return data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape);
}

function fromOrt(output: ort.Tensor): Tensor {
	if (!(output.data instanceof Float32Array)) throw new Error(`a graph put out ${output.type}, only float32 is read`);
	return { data: output.data, shape: output.dims };
}
