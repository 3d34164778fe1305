/** The contract of a model family: models of one architecture, in directories of the diffusers layout. */
import type { Device } from '../device.ts';
import type { ModelSummary } from '../queue/runner.ts';
import type { OpenedDenoiser } from './denoiser.ts';
import type { TextEncoder } from './text-encoder.ts';

/** Names of classes that diffusers wrote into a directory; undefined where a file has none. */
export interface DiffusersClasses {
	/** Of the pipeline, in model_index.json: "IFPipeline". */
	readonly pipeline: string | undefined;
	/** Of the network, in unet/config.json: "UNet2DConditionModel". */
	readonly network: string | undefined;
}

export interface ModelFamily {
	/** Whether a directory with these classes holds a model of this family. */
	recognises(classes: DiffusersClasses): boolean;
	/**
	 * What its network's files tell of the model in `directory`; what the model says of itself goes before this. Reads configs
	 * and headers only. Throws a ModelError when they are damaged.
	 */
	describe(
		directory: string,
	): Promise<Pick<ModelSummary, 'summary' | 'stage' | 'sampleSize' | 'parameters' | 'guidanceScale' | 'textWidth'>>;
	/**
	 * Opens the model in `directory`. Throws a ModelError that names the file and field that does not fit, and a UserError when
	 * the device is not there.
	 *
	 * @param openEncoder gives a text encoder of that width, which may be shared among models; it is closed with the denoiser
	 */
	open(
		directory: string,
		device: Device,
		openEncoder: (width: number) => Promise<TextEncoder>,
	): Promise<OpenedDenoiser>;
}
