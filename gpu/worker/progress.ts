/** Turns a job's steps into messages, with an occasional preview. */
import { inspect } from 'node:util';
import type { PipelineContext } from '../pipelines/pipeline.ts';
import type { FromWorker } from '../queue/protocol.ts';
import { encodePng } from '../tensor/image.ts';

/** Chats show a new preview every two or three seconds at most; the local console can use a few more. */
const PREVIEW_INTERVAL_MS = 700;

/** In pixels. Previews are text in an event stream and part of every message: a noisy 256 x 256 has 172 KiB, a 128 x 128 45. */
const PREVIEW_SIDE = 128;

/**
 * An onStep that reports every step of job `id` through `say`. A preview is compressed while the next step is computed, and is
 * sent with it.
 */
export function reportSteps(id: string, say: (message: FromWorker) => void): PipelineContext['onStep'] {
	let preview: Uint8Array | undefined;
	let previewedAt = Number.NEGATIVE_INFINITY;
	return ({ done, total, x0 }) => {
		say({ id, type: 'progress', done, total, preview });
		preview = undefined;
		if (performance.now() - previewedAt < PREVIEW_INTERVAL_MS) return;
		previewedAt = performance.now();
		encodePng(x0, PREVIEW_SIDE).then(
			(png) => {
				preview = png;
			},
			(error: unknown) => say({ type: 'trouble', id, text: `a preview failed: ${inspect(error)}` }),
		);
	};
}
