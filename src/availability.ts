/** Tells the operator whether pictures can be made. The bot does everything else either way. */
import { setTimeout as delay } from 'node:timers/promises';
import { modelsFor } from '../commands/lib/models-for.ts';
import { RunnerError } from '../gpu/queue/runner.ts';
import type { Desk } from './desk/desk.ts';
import { unavailable } from './desk/endings.ts';

/** As long as the runner waits before it starts the inference process again. */
const RETRY_MS = 30_000;

export interface Availability {
	/** Resolves once the first sentence has been printed. */
	readonly told: Promise<void>;
	/** Resolves once pictures can be made, however long that takes. */
	readonly able: Promise<void>;
}

/** @param tell receives each sentence */
export function watchAvailability(
	desk: Pick<Desk, 'models'>,
	tell: (sentence: string) => void,
	retryMs = RETRY_MS,
): Availability {
	const ready = async () => {
		const [model] = modelsFor({}, await desk.models());
		tell(`Ready with the model ${model?.name ?? '(none installed)'}. Stop with Ctrl+C.`);
	};
	const refused = (error: unknown) => {
		if (!(error instanceof RunnerError)) throw error;
		return error;
	};
	const first = ready().then(() => undefined, refused);
	const told = first.then((error) => {
		if (error) tell(`${unavailable(error)} Trying again every ${retryMs / 1000} s. Stop with Ctrl+C.`);
	});
	const able = told.then(async () => {
		for (let error = await first; error; error = await ready().then(() => undefined, refused)) {
			await delay(retryMs, undefined, { ref: false });
		}
	});
	return { told, able };
}
