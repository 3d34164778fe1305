/** The buttons under messages. They carry only an action and an id; everything else is looked up and checked on our side. */
import type { Figure, ReplyButton } from '../../commands/lib/command.ts';
import { MAX_BUTTONS } from '../../commands/lib/message-limits.ts';
import { promptToVary } from '../../commands/lib/variation.ts';
import type { RequestRecord } from '../store/records.ts';
import type { Button } from './view.ts';

/** The action of the button that starts a request after the question whether to. */
export const BEGIN = 'begin';

/** The action of the button that restores what was just deleted. */
export const UNDO = 'undo';

/** The action of the button that reports a picture, after the question whether to. */
export const INFORM = 'inform';

export function buttonId(action: string, requestId: string, index?: number): string {
	return ['v1', action, requestId, ...(index === undefined ? [] : [index])].join(':');
}

/** The parts of a button's id; undefined if it is not ours or is of another version. */
export function parseButtonId(
	id: string,
): { readonly action: string; readonly requestId: string; readonly index: number } | undefined {
	const [action, requestId, index = '0'] = /^v1:([a-z]+):([\w-]+)(?::(\d{1,3}))?$/.exec(id)?.slice(1) ?? [];
	return action === undefined || requestId === undefined ? undefined : { action, requestId, index: Number(index) };
}

/** The button of a request that is under way. */
export const cancelButton = (requestId: string): Button => ({
	id: buttonId('cancel', requestId),
	label: 'Cancel',
	style: 'danger',
});

/** A result's buttons: the command's own, then the general ones. Answers without pictures have only the command's own. */
export function resultButtons(
	record: RequestRecord,
	figures: readonly Pick<Figure, 'source'>[],
	own: readonly ReplyButton[],
): Button[] {
	const general = figures.length > 0 ? generalButtons(record, figures) : [];
	const commands = own.slice(0, MAX_BUTTONS - general.length).map(({ action, label, index, danger }): Button => {
		return { id: buttonId(action, record.id, index), label, style: danger ? 'danger' : 'primary' };
	});
	return [...commands, ...general];
}

function generalButtons(record: RequestRecord, figures: readonly Pick<Figure, 'source'>[]): Button[] {
	const button = (action: string, label: string, style: Button['style'] = 'secondary', index?: number) => ({
		id: buttonId(action, record.id, index),
		label,
		style,
	});
	const [{ source }] = figures;
	const isOne = source !== undefined && figures.every((figure) => figure.source === source);
	// What is seen through a view is none of the job's pictures; the answer knows it.
	const index = isOne ? Math.max(0, record.result?.images.findIndex(({ blob }) => blob === source) ?? 0) : -1;
	const seeded = record.options.seed !== undefined;
	return [
		button('again', seeded ? 'Again, new seed' : 'Again'),
		...(seeded ? [button('same', 'Same seed')] : []),
		button('settings', 'Edit settings'),
		...(index >= 0 && record.job && promptToVary(record.job) !== undefined
			? [button('vary', 'Vary', 'secondary', index)]
			: []),
		...(index >= 0
			? [button('use', 'Use as input', 'secondary', index), button('inpaint', 'Inpaint', 'secondary', index)]
			: []),
		button('details', 'Details'),
		button('report', 'Report'),
		button('delete', 'Delete', 'danger'),
	];
}
