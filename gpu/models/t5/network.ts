/** T5's encoder, loaded whole if memory allows, otherwise in pieces, one after the other. */

import type { Device } from '../../device.ts';
import { dtypeBytes, type FloatType } from '../../onnx/dtype.ts';
import { toModel } from '../../onnx/model.ts';
import { type Feed, openSession, type Session } from '../../onnx/session.ts';
import { allFinite, sizeOf, type Tensor } from '../../tensor/tensor.ts';
import { copyOrMap, fits, roomFor } from '../memory.ts';
import { MASKED, TEXT_LENGTH } from '../text-encoder.ts';
import type { Tokens } from '../tokenizer.ts';
import type { WeightFiles } from '../weight-files.ts';
import { whyNaN } from '../weight-values.ts';
import { Weights } from '../weights.ts';
import type { T5Config } from './config.ts';
import { type T5Piece, t5Graph } from './graph.ts';

/** Parts of a whole T5 that do not affect its encoder's output. */
const UNUSED = ['decoder.', 'lm_head.'];

interface Plan {
	readonly pieces: readonly T5Piece[];
	/** Whether there is only one piece, which stays loaded. */
	readonly stays: boolean;
	readonly prefer: 'speed' | 'memory';
}

export class T5Network {
	readonly #config: T5Config;
	readonly #weightFiles: WeightFiles;
	readonly #device: Device;
	readonly #dtype: FloatType;
	/** The session of a network that stays loaded. */
	#whole: Session | undefined;

	/** Reads no weights. Throws a ModelError if the tensors are not those of this architecture. */
	constructor(config: T5Config, weightFiles: WeightFiles, device: Device) {
		this.#config = config;
		this.#weightFiles = weightFiles;
		this.#device = device;
		// The CPU has no half-precision arithmetic.
		this.#dtype = device.provider === 'cpu' ? 'float32' : 'float16';
		const weights = new Weights(weightFiles);
		for (const part of UNUSED) weights.ignore(part);
		t5Graph(config, weights, TEXT_LENGTH, this.#dtype, this.#all);
		weights.assertAllUsed();
	}

	/** [77, d_model] for each prompt. Must not be called again before it is done. Throws a ModelError if the output is NaN. */
	async encode(prompts: readonly Tokens[]): Promise<readonly Tensor[]> {
		const { pieces, stays, prefer } = this.#plan();
		let states: readonly Tensor[] | undefined;
		for (const piece of pieces) {
			const session = this.#whole ?? (await this.#open(piece, prefer));
			if (stays) this.#whole = session;
			try {
				states = await runPiece(session, prompts, states);
			} finally {
				if (!stays) await session.close();
			}
		}
		for (const state of states!) {
			if (!allFinite(state)) throw await whyNaN(this.#weightFiles);
		}
		return states!;
	}

	async close(): Promise<void> {
		const whole = this.#whole;
		this.#whole = undefined;
		await whole?.close();
	}

	get #all(): T5Piece {
		return { first: 0, end: this.#config.num_layers };
	}

	#plan(): Plan {
		const bytes = this.#bytes();
		if (this.#whole || fits(bytes, this.#device)) return { pieces: [this.#all], stays: true, prefer: 'speed' };
		// Mapped weights take no memory that other processes could not reclaim.
		const isMapped = this.#isMappable() && copyOrMap(bytes, this.#device) === 'memory';
		if (isMapped) return { pieces: [this.#all], stays: true, prefer: 'memory' };
		const { num_layers: layers } = this.#config;
		const layersAtOnce = Math.min(layers, Math.max(1, Math.floor((layers * roomFor(this.#device)) / bytes)));
		const count = Math.ceil(layers / layersAtOnce);
		const pieces = Array.from({ length: count }, (_, i) => ({
			first: Math.floor((i * layers) / count),
			end: Math.floor(((i + 1) * layers) / count),
		}));
		return { pieces, stays: false, prefer: 'speed' };
	}

	/** The bytes that all weights take once they are loaded. */
	#bytes(): number {
		const values = [...this.#weightFiles.tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
		return values * dtypeBytes(this.#dtype);
	}

	/** Whether the files hold the weights in the type that the CPU computes in. */
	#isMappable(): boolean {
		const { tensors } = this.#weightFiles;
		return this.#device.provider === 'cpu' && [...tensors.values()].every(({ dtype }) => dtype === this.#dtype);
	}

	#open(piece: T5Piece, prefer: Plan['prefer']): Promise<Session> {
		const graph = t5Graph(this.#config, new Weights(this.#weightFiles), TEXT_LENGTH, this.#dtype, piece);
		return openSession(toModel(graph), { ...this.#device, prefer, weightsFolder: this.#weightFiles.weightsFolder });
	}
}

/** @param before the previous piece's output; undefined for the first */
async function runPiece(
	session: Session,
	prompts: readonly Tokens[],
	before: readonly Tensor[] | undefined,
): Promise<readonly Tensor[]> {
	const states: Tensor[] = [];
	for (const [i, { ids, used }] of prompts.entries()) {
		const bias = Float32Array.from(ids, (_, token) => (token < used ? 0 : MASKED));
		const feeds: Record<string, Feed> = { attention_bias: { data: bias, shape: [TEXT_LENGTH] } };
		if (before) feeds.hidden = before[i];
		else feeds.token_ids = { data: ids, shape: [TEXT_LENGTH] };
		const { last_hidden_state: last, next_hidden: next } = await session.run(feeds);
		states.push(last ?? next);
	}
	return states;
}
