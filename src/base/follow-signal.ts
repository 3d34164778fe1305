/** One signal that ends with another. */
import { setMaxListeners } from 'node:events';

/**
 * Aborts `own` as soon as `parent` is aborted. AbortSignal.any would do it too, but keeps something of every call for as long as
 * the parent lives, which here is as long as the bot.
 *
 * @returns ends it, and leaves nothing at the parent
 */
export function followSignal(parent: AbortSignal, own: AbortController): () => void {
	const abort = () => own.abort(parent.reason);
	if (parent.aborted) abort();
	// As many as there are requests, each of which leaves.
	setMaxListeners(0, parent);
	parent.addEventListener('abort', abort);
	return () => parent.removeEventListener('abort', abort);
}
