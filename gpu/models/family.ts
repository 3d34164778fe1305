/** The contract of a model family: models of one architecture, in directories with the diffusers layout. */
import type { Device } from '../device.ts';
import type { ModelSummary } from '../queue/runner.ts';
import type { OpenedDenoiser } from './denoiser.ts';
import type { TextEncoder } from './text-encoder.ts';

/** The class names that diffusers wrote in a directory; undefined if a file has none. */
export interface DiffusersClasses {
	/** The pipeline's class, from model_index.json: "IFPipeline". */
	readonly pipeline: string | undefined;
	/** The network's class, from unet/config.json: "UNet2DConditionModel". */
	readonly network: string | undefined;
}

export interface ModelFamily {
	/** Whether a directory with these classes holds a model of this family. */
	recognises(classes: DiffusersClasses): boolean;
	/**
	 * Describes the model in `directory` by its network's files, of which `revision` is; the model's own description takes
	 * precedence. Reads only configs, headers and samples. Throws a ModelError if they are damaged.
	 */
	describe(
		directory: string,
	): Promise<
		Pick<ModelSummary, 'summary' | 'stage' | 'sampleSize' | 'parameters' | 'guidanceScale' | 'textWidth' | 'revision'>
	>;
	/**
	 * Opens the model in `directory`. Throws a ModelError that names the file and field that does not fit, and a UserError if
	 * the device is not available.
	 *
	 * @param openEncoder opens a text encoder of that width, which models may share; it is closed with the denoiser
	 */
	open(
		directory: string,
		device: Device,
		openEncoder: (width: number) => Promise<TextEncoder>,
	): Promise<OpenedDenoiser>;
}
