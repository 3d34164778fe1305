/** A desk over the real commands and the real database, with the fake runner behind it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { commands } from '../../../commands/index.ts';
import type { RawOptions } from '../../../commands/options.ts';
import { createBlobStore } from '../../../gpu/queue/blobs.ts';
import { createResultStore } from '../../../gpu/queue/results.ts';
import { Desk, type DeskParts } from '../../../src/desk/desk.ts';
import type { MessageView, PressOutcome } from '../../../src/desk/view.ts';
import type { MessageRef, User } from '../../../src/store/records.ts';
import { RequestStore } from '../../../src/store/requests.ts';
import { FakeRunner } from '../../fakes/fake-runner.ts';
import { FakeTraining } from '../../fakes/fake-training.ts';

export const ann: User = { id: 'test:ann', name: 'Ann', staff: false };
export const bob: User = { id: 'test:bob', name: 'Bob', staff: false };
export const tess: User = { id: 'test:tess', name: 'Tess', staff: true };

/** A message in one channel. */
export const messageRefOf = (message: string, channel = 'slack:C1'): MessageRef => ({
	platform: 'slack',
	channel,
	message,
});

export async function openDesk(parts: Partial<DeskParts> = {}) {
	const directory = await mkdtemp(join(tmpdir(), 'flipside-desk-'));
	const blobs = createBlobStore(directory);
	const runner = new FakeRunner(blobs);
	const training = new FakeTraining();
	const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
	const all = {
		commands,
		runner,
		training,
		blobs,
		results: createResultStore(join(directory, 'results'), blobs),
		store: new RequestStore(),
		log,
		...parts,
	};
	const desk = new Desk(all);
	return {
		...all,
		log,
		runner,
		training,
		desk,
		/** Opens a request and keeps every view of it. */
		ask(command: string, options: RawOptions = {}, user = ann, messageRef?: MessageRef) {
			const views: MessageView[] = [];
			return { views, outcome: desk.open({ command, options, user, messageRef }, (view) => views.push(view)) };
		},
		/** Opens a request and waits for its last view. */
		async answer(command: string, options: RawOptions = {}, user = ann, messageRef?: MessageRef) {
			return (await desk.open({ command, options, user, messageRef })).view;
		},
		/** Another desk over the same runner and what is stored, as after a restart. */
		again: () => new Desk(all),
		async close() {
			await runner.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}

export type OpenDesk = Awaited<ReturnType<typeof openDesk>>;

/** The id of the first button whose label begins so. */
export function button(view: MessageView, label: string): string {
	const found = view.buttons.find((candidate) => candidate.label.startsWith(label));
	if (!found)
		throw new Error(`no button ${label} among ${view.buttons.map((candidate) => candidate.label).join(', ')}`);
	return found.id;
}

/** The outcome as the one of its kinds that it should be. */
export function expectOutcome<T extends PressOutcome['type']>(
	outcome: PressOutcome,
	type: T,
): Extract<PressOutcome, { type: T }> {
	if (outcome.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(outcome)}`);
	return outcome as Extract<PressOutcome, { type: T }>;
}
