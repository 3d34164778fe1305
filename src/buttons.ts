/** The buttons under messages. They carry an action and an id only; everything else is looked up, and checked, on our side. */
import type { Reply } from '../commands/command.ts';
import type { Button } from './chat/surface.ts';
import type { RequestRecord } from './store.ts';

export function buttonId(action: string, requestId: string, index?: number): string {
	return ['v1', action, requestId, ...(index === undefined ? [] : [index])].join(':');
}

/** A result's buttons: the command's own, then the general ones. Answers without pictures have none. */
export function resultButtons(record: RequestRecord, reply: Reply): Button[] {
	if (reply.figures.length === 0) return [];
	const own = (reply.buttons ?? []).map(
		({ action, label, index }): Button => ({ id: buttonId(action, record.id, index), label, style: 'primary' }),
	);
	return [
		...own,
		{ id: buttonId('again', record.id), label: 'Again, new seed', style: 'secondary' },
		{ id: buttonId('delete', record.id), label: 'Delete', style: 'danger' },
	];
}
