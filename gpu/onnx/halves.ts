/**
 * Batches in two halves, side by side. ONNX Runtime shares out one operation after the other among its threads. A small network
 * leaves much undone that way: some operations run on one thread, others are over before the second has joined in, and what
 * one thread has computed is in the other's cache. Two halves have nothing to share out.
 */
import { concatenate, type Tensor } from '../tensor/tensor.ts';
import { openedWhenRun } from './opened-when-run.ts';
import { type Feed, type LoadedGraph, openSession, type SessionOptions } from './session.ts';
import { openThreadedSession } from './threaded-session.ts';

/**
 * A graph all of whose inputs and outputs are [B, ...]. Of an even batch one half runs here and one in another thread, each in a
 * session of its own with its own weights. Both load at once. Other batches run whole in a third one, on all threads, which is
 * loaded for the first of them: guidance makes calls in pairs.
 *
 * @param options threads: an even number
 */
export function inHalves(model: Uint8Array, options: SessionOptions & { readonly threads: number }): LoadedGraph {
	const half = { ...options, threads: options.threads / 2 };
	const [there, here] = [openThreadedSession, openSession].map((open) => openedWhenRun(() => open(model, half)));
	for (const graph of [there, here]) graph.load();
	const whole = openedWhenRun(() => openSession(model, options));
	const cut = cutter();
	return {
		async run(feeds) {
			if (Object.values(feeds).some(({ shape: [batch] }) => batch % 2 !== 0)) return whole.run(feeds);
			const halves = Object.entries(feeds).map(([name, feed]) => [name, ...cut(feed)] as const);
			// The other thread first, as this one is blocked while it calculates.
			const [first, second] = await allDone([
				there.run(Object.fromEntries(halves.map(([name, theirs]) => [name, theirs]))),
				here.run(Object.fromEntries(halves.map(([name, , ours]) => [name, ours]))),
			]);
			return Object.fromEntries(Object.entries(first).map(([name, output]) => [name, join(output, second[name])]));
		},
		async close() {
			await allDone([there, here, whole].map((graph) => graph.close()));
		},
	};
}

/** As Promise.all, but when one fails the others are waited for too: a run that goes on is in the way of the next. */
async function allDone<T>(work: readonly Promise<T>[]): Promise<T[]> {
	await Promise.allSettled(work);
	return Promise.all(work);
}

/** Two outputs [B, ...] as one [2B, ...]. */
function join(first: Tensor, second: Tensor): Tensor {
	const [batch, ...rest] = first.shape;
	return { data: concatenate([first.data, second.data]), shape: [2 * batch, ...rest] };
}

/** The two halves of a feed; the same ones for the same feed. */
function cutter(): (feed: Feed) => readonly [Feed, Feed] {
	const known = new WeakMap<Feed, readonly [Feed, Feed]>();
	return (feed) => {
		const { data, shape } = feed;
		const [batch, ...rest] = shape;
		const half = (start: number) => {
			// Copies, as a thread would be sent all that is behind a view.
			return { data: data.slice(start, start + data.length / 2), shape: [batch / 2, ...rest] } as Feed;
		};
		const halves = known.get(feed) ?? ([half(0), half(data.length / 2)] as const);
		known.set(feed, halves);
		return halves;
	};
}
