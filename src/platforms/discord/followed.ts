/** The messages that follow a request, from its first state to its last. */
import { setTimeout as delay } from 'node:timers/promises';
import type { REST } from 'discord.js';
import type { Log } from '../../base/log.ts';
import { LiveMessage } from '../../chat/live-message.ts';
import { type MessageView, RESTARTING, type Show } from '../../desk/view.ts';
import { describeError, isPassing } from './api-errors.ts';
import { present } from './fit.ts';
import { askerOf, type DiscordMessageRef } from './message-ref.ts';
import { type Payload, sentence } from './render.ts';
import { SentMessage } from './sent-message.ts';

export interface FollowTiming {
	/** The least time between two edits of one message. */
	readonly editIntervalMs: number;
	/** Before the end of the interaction's token: when a message says that it will be closed. */
	readonly noticeMs: number;
	/** The waits before the tries to bring the last state in again, while Discord is in trouble. */
	readonly lastEditWaitsMs: readonly number[];
}

export interface FollowedDeps extends FollowTiming {
	readonly rest: REST;
	readonly log: Log;
}

export const SORRY = 'Something went wrong between the bot and Discord; it is in the log. Try again.';
export const CLOSING = 'Discord closes this message in 2 minutes; the result will be under /queue show.';

interface Entry {
	readonly live: LiveMessage<MessageView>;
	readonly message: SentMessage;
}

export class Followed {
	readonly #deps: FollowedDeps;
	/** Those whose last state is still to come. */
	readonly #open = new Set<Entry>();

	constructor(deps: FollowedDeps) {
		this.#deps = deps;
	}

	message(messageRef: DiscordMessageRef): SentMessage {
		return new SentMessage(this.#deps.rest, this.#deps.log, messageRef);
	}

	/**
	 * Keeps a message up to date while `open` runs. Never rejects.
	 *
	 * @param refuse shows the last state to one person alone, when it concerns nobody else
	 */
	async follow(
		messageRef: DiscordMessageRef,
		open: (show: Show) => Promise<MessageView>,
		refuse: (payload: Payload) => Promise<void>,
	): Promise<void> {
		const { log, editIntervalMs } = this.#deps;
		const message = this.message(messageRef);
		let latest: MessageView | undefined;
		let closing = false;
		const asker = askerOf(messageRef);
		const live = new LiveMessage<MessageView>({
			write: async (view) =>
				message.edit(await present(view, messageRef.maxFileBytes, closing ? [...asker, CLOSING] : asker)),
			intervalMs: editIntervalMs,
			onError: (error) => log.warn({ error: describeError(error) }, 'Discord did not take a progress edit'),
		});
		const stopNotice = this.#atClosing(messageRef, () => {
			closing = true;
			if (latest) live.show(latest);
		});
		const entry = { live, message };
		this.#open.add(entry);
		try {
			const view = await open((state) => {
				latest = state;
				live.show(state);
			});
			if (!this.#open.delete(entry)) return;
			await live.abandon();
			const last = await present(view, messageRef.maxFileBytes, asker);
			if (view.personal && !messageRef.ephemeral) await refuse(last);
			else await this.#insist(() => message.edit(last));
		} catch (error) {
			log.error({ error: describeError(error) }, 'Discord did not take an answer');
			await message
				.edit(sentence(SORRY))
				.catch((again) => log.warn({ error: describeError(again) }, 'and the message does not say so'));
		} finally {
			stopNotice();
			this.#open.delete(entry);
		}
	}

	/** Leaves every request that is still open to the next start, and says so. */
	async leaveAll(): Promise<void> {
		const left = [...this.#open];
		this.#open.clear();
		await Promise.allSettled(
			left.map(async ({ live, message }) => {
				await live.abandon();
				await message.edit(sentence(RESTARTING));
			}),
		);
	}

	/**
	 * Calls `notice` shortly before a message can no longer be changed, if that is to come.
	 *
	 * @returns what calls it off
	 */
	#atClosing({ tokenEndsAt, botReaches, ephemeral }: DiscordMessageRef, notice: () => void): () => void {
		if (botReaches && !ephemeral) return () => {};
		const timer = setTimeout(notice, Math.max(0, tokenEndsAt - this.#deps.noticeMs - Date.now()));
		return () => clearTimeout(timer);
	}

	/** Writes what must not be lost, again and again while Discord or the way to it is in trouble. */
	async #insist(write: () => Promise<void>): Promise<void> {
		for (const wait of this.#deps.lastEditWaitsMs) {
			try {
				return await write();
			} catch (error) {
				if (!isPassing(error)) throw error;
				this.#deps.log.warn({ error: describeError(error) }, 'Discord did not take an answer; trying again');
				await delay(wait);
			}
		}
		await write();
	}
}
