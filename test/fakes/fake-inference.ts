/** An inference process that paints instead of computing (worker.ts), started as the real one is. */
import { fileURLToPath } from 'node:url';
import type { Config } from '../../src/base/config.ts';
import { createLog } from '../../src/base/log.ts';
import { type Inference, startInference } from '../../src/inference.ts';

export function startFakeInference(config: Config): Promise<Inference> {
	const workerEntry = fileURLToPath(new URL('worker.ts', import.meta.url));
	return startInference(config, { role: 'bot', log: createLog(config), warn: () => {}, workerEntry });
}
