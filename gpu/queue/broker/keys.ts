/** What is where on the broker. Everything of one bot and its workers is under its QUEUE_NAME. */
import type { BlobRef } from '../../jobs/index.ts';

/** @param queue the QUEUE_NAME */
export function keysOf(queue: string) {
	const root = `flipside:${queue}`;
	return {
		/** The prefix of BullMQ's own keys: a queue for each remote worker, named by its id. */
		queues: `${root}:queues`,
		/** Who the bot is, while there is one. */
		bot: `${root}:bot`,
		/** The ids of all workers that have come and not been cleared away since. */
		workers: `${root}:workers`,
		/** What a worker says of itself, a hash of `state` and `models` that expires with it. */
		worker: (id: string) => `${root}:worker:${id}`,
		/** The last list of models that the bot offered. */
		offer: `${root}:offer`,
		/** What a training that was handed out has said and written and the bot has not taken in, a stream. */
		training: (placement: string) => `${root}:training:${placement}`,
		/** Which training was last handed out, until its bot has seen its end. */
		lastTraining: `${root}:last-training`,
		blob: (ref: BlobRef) => `${root}:blob:${ref}`,
		/** Channels: what the workers tell the bot, and what the bot tells them. */
		reports: `${root}:reports`,
		orders: `${root}:orders`,
	};
}

export type Keys = ReturnType<typeof keysOf>;
