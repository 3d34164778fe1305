/** Who asked for what a message shows, in words. */
import type { Person } from '../../commands/lib/options.ts';
import type { MessageView } from '../desk/view.ts';

/** In parts, for platforms that name people otherwise than by their names; nothing where only the asker sees it. */
export function askerParts({ asker, madeFor = asker }: MessageView): readonly (string | Person)[] {
	if (!asker || !madeFor) return [];
	if (asker.id === madeFor.id) return ['Asked by ', asker, '.'];
	return ['Shown so to ', asker, '; asked by ', madeFor, '.'];
}

/** "Asked by Ann."; empty where only the asker sees it. */
export const askerNote = (view: MessageView): string =>
	askerParts(view)
		.map((part) => (typeof part === 'string' ? part : part.name))
		.join('');

/** What the asker of something that took long is told, behind their name. */
export const overNote = ({ state }: Pick<MessageView, 'state'>): string =>
	state === 'done' ? 'What you asked for is done' : 'What you asked for has failed';
