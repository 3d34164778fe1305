/** Aborts one signal together with another. */
import { setMaxListeners } from 'node:events';

/**
 * Aborts `own` as soon as `parent` is aborted. AbortSignal.any would do it too, but it leaks a little memory per call for as
 * long as the parent lives, which here is as long as the bot.
 *
 * @returns stops following, and removes the listener from the parent
 */
export function followSignal(parent: AbortSignal, own: AbortController): () => void {
	const abort = () => own.abort(parent.reason);
	if (parent.aborted) abort();
	// One listener per request, removed when the request ends.
	setMaxListeners(0, parent);
	parent.addEventListener('abort', abort);
	return () => parent.removeEventListener('abort', abort);
}
