/** Whether what was pulled is all there. */
import { type Finding, warn } from '../../base/finding.ts';
import { installed } from '../models/installed.ts';
import type { Places } from '../models/plan.ts';

/** Nothing where nothing was pulled, or all of it came. */
export async function checkPulled(places: Places): Promise<readonly Finding[]> {
	return (await installed(places)).flatMap(({ name, problem, unfinished }) =>
		unfinished === undefined ? [] : [warn('models', `${name} is ${problem}; run models pull ${unfinished}.`)],
	);
}
