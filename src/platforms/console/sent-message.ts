/** A message in the console's timeline that follows a request. */
import type { BlobStore } from '../../../gpu/queue/blobs.ts';
import type { Log } from '../../base/log.ts';
import type { RequestMessage } from '../../chat/platform.ts';
import { isOpen, type MessageView } from '../../desk/view.ts';
import type { MessageRef } from '../../store/records.ts';
import { ownerOf } from './message-ref.ts';
import { type Rendered, render } from './render.ts';
import type { Timeline } from './timeline.ts';

export interface SentMessageDeps {
	readonly timeline: Timeline;
	readonly blobs: BlobStore;
	readonly log: Log;
}

const UNSTORED = 'The pictures could not be stored on disk; the log says why.';

export class SentMessage implements RequestMessage {
	readonly #deps: SentMessageDeps;
	readonly #ref: MessageRef;

	constructor(deps: SentMessageDeps, ref: MessageRef) {
		this.#deps = deps;
		this.#ref = ref;
	}

	/** Replaces pictures that cannot be stored with a note. */
	async show(view: MessageView): Promise<void> {
		const { blobs, log } = this.#deps;
		this.#put(
			await render(view, blobs).catch((error) => {
				log.error({ request: view.requestId, error }, 'a picture could not be stored');
				return render(withoutFiles(view), blobs);
			}),
		);
	}

	async say(text: string, state: 'waiting' | 'failed'): Promise<void> {
		const { title = '', asker = '', alone, inputs = [] } = this.#deps.timeline.get(this.#ref.message) ?? {};
		this.#put({ state, title, asker, ...(alone && { alone }), inputs, text, pictures: [], files: [], buttons: [] });
	}

	async delete(): Promise<void> {
		this.#deps.timeline.remove(this.#ref.message);
	}

	#put(rendered: Rendered): void {
		this.#deps.timeline.put({ id: this.#ref.message, owner: ownerOf(this.#ref), ...rendered });
	}
}

/** The view without its pictures. It keeps its buttons while the request is open, so that it can still be stopped. */
function withoutFiles(view: MessageView): MessageView {
	const bare = { ...view, figures: [], attachments: [] };
	if (isOpen(view)) return bare;
	return { ...bare, state: 'failed', buttons: [], text: `${view.text} ${UNSTORED}` };
}
