/** Jobs that take hardly any time, so that nobody should wait for long for one. */
import { type Job, runsOn, workOf } from './job.ts';

/** Evaluations of a digit network that take less than a second of one core, whichever of the shipped ones it is. */
const SHORT_DIGIT_COST = 100;

/** As long as people hardly call waiting, in milliseconds. */
const SHORT_MS = 1000;

/**
 * By its cost where that says enough: how long the last ones took tells more of how busy the machine was. A job that cannot
 * run is short: it fails as soon as it starts.
 *
 * @param expectedMs as far as anybody knows; absent: nobody does
 */
export function isShort(job: Job, expectedMs = Number.POSITIVE_INFINITY): boolean {
	const cost = costOrNothing(job);
	return cost === 0 || (runsOn('digits', job) ? cost <= SHORT_DIGIT_COST : expectedMs <= SHORT_MS);
}

function costOrNothing(job: Job): number {
	try {
		return workOf(job).reduce((sum, { evaluations }) => sum + evaluations, 0);
	} catch {
		return 0; // whoever runs it says what is wrong
	}
}
