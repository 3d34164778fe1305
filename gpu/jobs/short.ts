/** Jobs that take hardly any time, so that nobody should have to wait long for one. */
import { type Job, runsOn, workOf } from './job.ts';

/** Evaluations that take less than a second on one core with any of the shipped digit networks. */
const SHORT_DIGIT_COST = 100;

/** A time that people hardly notice as waiting, in milliseconds. */
const SHORT_MS = 1000;

/**
 * Goes by the cost where that is enough: how long the last jobs took says more about how busy the machine was. A job that
 * cannot run is short, as it fails as soon as it starts.
 *
 * @param expectedMs how long the job should take; absent: unknown
 */
export function isShort(job: Job, expectedMs = Number.POSITIVE_INFINITY): boolean {
	const cost = costOrNothing(job);
	return cost === 0 || (runsOn('digits', job) ? cost <= SHORT_DIGIT_COST : expectedMs <= SHORT_MS);
}

function costOrNothing(job: Job): number {
	try {
		return workOf(job).reduce((sum, { evaluations }) => sum + evaluations, 0);
	} catch {
		return 0; // running it reports what is wrong
	}
}
