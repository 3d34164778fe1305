/** A desk and people who use it. */

import type { RawOptions } from '../../../commands/lib/options.ts';
import type { Desk } from '../../../src/desk/desk.ts';
import type { MessageView, PressOutcome } from '../../../src/desk/view.ts';
import type { MessageRef, User } from '../../../src/store/records.ts';
import { type MakeDeskDeps, makeDesk } from '../../fakes/make-desk.ts';

export const ann: User = { id: 'test:ann', name: 'Ann', staff: false };
export const bob: User = { id: 'test:bob', name: 'Bob', staff: false };
export const tess: User = { id: 'test:tess', name: 'Tess', staff: true };

/** A reference to a message in a channel. */
export const messageRefOf = (message: string, channel = 'slack:C1'): MessageRef => ({
	platform: 'slack',
	channel,
	message,
});

export async function openDesk(parts: MakeDeskDeps = {}) {
	const made = await makeDesk(parts);
	const { desk } = made;
	return {
		...made,
		/** Opens a request and records its views. */
		ask(command: string, options: RawOptions = {}, user = ann, messageRef?: MessageRef) {
			const views: MessageView[] = [];
			return { views, outcome: desk.open({ command, options, user, messageRef }, (view) => views.push(view)) };
		},
		/** Opens a request and waits for its last view. */
		async answer(command: string, options: RawOptions = {}, user = ann, messageRef?: MessageRef) {
			return (await desk.open({ command, options, user, messageRef })).view;
		},
	};
}

export type OpenDesk = Awaited<ReturnType<typeof openDesk>>;

/** The id of the first button whose label starts like this. */
export function button(view: MessageView, label: string): string {
	const found = view.buttons.find((candidate) => candidate.label.startsWith(label));
	if (!found)
		throw new Error(`no button ${label} among ${view.buttons.map((candidate) => candidate.label).join(', ')}`);
	return found.id;
}

/** The final view of the request that a press leads to. */
export async function pressed(desk: Pick<Desk, 'press'>, id: string, user: User, messageRef?: MessageRef) {
	return expectOutcome(await desk.press(id, user), 'request').open(() => {}, messageRef);
}

/** Asserts the kind of an outcome. */
export function expectOutcome<T extends PressOutcome['type']>(
	outcome: PressOutcome,
	type: T,
): Extract<PressOutcome, { type: T }> {
	if (outcome.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(outcome)}`);
	return outcome as Extract<PressOutcome, { type: T }>;
}
