/** Shows on standard error how a request goes: a bar on a terminal, now and then a line elsewhere. */
import { printable } from '../base/printable.ts';
import { isOpen, type MessageView, type Show } from '../desk/view.ts';
import type { Sink } from './streams.ts';

/** Of the bar, in characters; on a narrow terminal the text has half of the line all the same. */
const LONGEST_BAR = 30;

/** Between the first two lines, in milliseconds; each later pause is twice the one before, so that a long job fills no log. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** @param quiet shows nothing */
export function progressOn(stderr: Sink, quiet: boolean): Show {
	if (quiet) return () => {};
	return stderr.isTTY && process.env.TERM !== 'dumb' ? bar(stderr) : lines(stderr);
}

/** One line that is written over itself, and is gone at the end. */
function bar(stderr: Sink): Show {
	return (view) => {
		const { done = 0, total = 1 } = view.progress ?? {};
		const room = Math.max((stderr.columns ?? 80) - 1, 1);
		const length = Math.min(LONGEST_BAR, Math.floor(room / 2));
		const filled = Math.round((length * done) / total);
		const line = `[${'█'.repeat(filled)}${' '.repeat(length - filled)}] ${printable(view.text)}`;
		// A line that the terminal has to break cannot be written over.
		stderr.write(`\r\x1b[K${isOpen(view) ? line.slice(0, room) : ''}`);
	};
}

/** What is said of a request as long as it waits or is made; the same is not said twice. */
function lines(stderr: Sink): Show {
	let pause = FIRST_PAUSE_MS;
	let next = 0;
	let last = '';
	return (view: MessageView) => {
		const now = performance.now();
		const underWay = isOpen(view) && (view.progress !== undefined || view.state === 'waiting');
		if (!underWay || view.text === '' || view.text === last || now < next) return;
		last = view.text;
		next = now + pause;
		pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
		stderr.write(`${printable(view.text)}\n`);
	};
}
