/** Says who asked for what a message shows. */
import type { Person } from '../../commands/lib/options.ts';
import type { MessageView } from '../desk/view.ts';

/** The note in parts, for platforms that do not show people by name; empty if only the asker sees the message. */
export function askerParts({ asker, madeFor = asker }: MessageView): readonly (string | Person)[] {
	if (!asker || !madeFor) return [];
	if (asker.id === madeFor.id) return ['Asked by ', asker, '.'];
	return ['Shown this way to ', asker, '; asked by ', madeFor, '.'];
}

/** "Asked by Ann."; empty if only the asker sees the message. */
export const askerNote = (view: MessageView): string =>
	askerParts(view)
		.map((part) => (typeof part === 'string' ? part : part.name))
		.join('');

/** The notice, after their name, to somebody whose request took long. */
export const overNote = ({ state }: Pick<MessageView, 'state'>): string =>
	state === 'done' ? 'Your request is done' : 'Your request has failed';
