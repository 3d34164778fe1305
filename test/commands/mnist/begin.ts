/** Starts trainings in tests. */
import { expect, vi } from 'vitest';
import type { DeskPlatform, MessageView } from '../../../src/desk/view.ts';
import type { MessageRef, User } from '../../../src/store/records.ts';
import { type OpenDesk, tess } from '../../src/desk/open-desk.ts';

/** Options of /mnist train. */
export type Given = Readonly<Record<string, string | number>>;

/** 60 steps an epoch. */
export const SHORT: Given = { batch: 1000, epochs: 2, seed: 7 };

/** Waits long enough for charts on a busy machine. */
export const soon = (check: () => void) => vi.waitFor(check, { timeout: 10_000 });

/** Starts a training without asking, as the command line does, and waits until it runs. */
export async function begin({ ask, training }: OpenDesk, options = SHORT, user: User = tess) {
	const asked = ask('mnist train', options, user);
	await soon(() => expect(training.status()).toBeDefined());
	return asked;
}

/** The names of a message's pictures. */
export const names = (view: MessageView) => view.figures.map(({ filename }) => filename);

/** Restarts the bot and resolves with the final view of that message. */
export function restarted(desk: OpenDesk, messageRef: MessageRef): Promise<MessageView> {
	return new Promise((resolve, reject) => {
		const follow: DeskPlatform['follow'] = async (_ref, open) => void open(() => {}).then(resolve, reject);
		desk.again().resume([{ name: messageRef.platform, follow }]);
	});
}
