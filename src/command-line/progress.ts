/** Shows on standard error how something long goes on: a bar on a terminal, now and then a line elsewhere. */
import type { Meter } from '../base/meter.ts';
import { printable } from '../base/printable.ts';
import { isOpen, type MessageView, type Show } from '../desk/view.ts';
import type { Sink } from './streams.ts';

/** Of the bar, in characters; on a narrow terminal the text has half of the line all the same. */
const LONGEST_BAR = 30;

/** Between the first two lines, in milliseconds; each later pause is twice the one before, so that a long job fills no log. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** Of a request. @param quiet shows nothing */
export function progressOn(stderr: Sink, quiet: boolean): Show {
	const meter = meterOn(stderr, quiet);
	return (view: MessageView) => {
		const isShown = view.progress !== undefined || view.state === 'waiting';
		const { done = 0, total = 1 } = view.progress ?? {};
		meter(isOpen(view) ? { text: view.text, done, total, passing: !isShown } : undefined);
	};
}

/** Of anything else. @param quiet shows nothing */
export function meterOn(stderr: Sink, quiet: boolean): Meter {
	if (quiet) return () => {};
	return stderr.isTTY && process.env.TERM !== 'dumb' ? bar(stderr) : lines(stderr);
}

/** One line that is written over itself, and is gone at the end. */
function bar(stderr: Sink): Meter {
	return (state) => {
		const { text = '', done = 0, total = 1 } = state ?? {};
		const room = Math.max((stderr.columns ?? 80) - 1, 1);
		const length = Math.min(LONGEST_BAR, Math.floor(room / 2));
		const filled = Math.round((length * done) / Math.max(total, 1));
		const line = `[${'█'.repeat(filled)}${' '.repeat(length - filled)}] ${printable(text)}`;
		// A line that the terminal has to break cannot be written over.
		stderr.write(`\r\x1b[K${state ? line.slice(0, room) : ''}`);
	};
}

/** What is said as long as it lasts; the same is not said twice. */
function lines(stderr: Sink): Meter {
	let pause = FIRST_PAUSE_MS;
	let next = 0;
	let last = '';
	return (state) => {
		const now = performance.now();
		if (!state || state.passing || state.text === '' || state.text === last || now < next) return;
		last = state.text;
		next = now + pause;
		pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
		stderr.write(`${printable(state.text)}\n`);
	};
}
