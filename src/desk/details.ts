/** Describes one request in words, for the Details button. */
import { describeSampling } from '../../commands/lib/sampling.ts';
import { describeScores } from '../../commands/lib/tries.ts';
import type { Job } from '../../gpu/jobs/index.ts';
import type { RequestRecord } from '../store/records.ts';

/** @param line the request as a typed line */
export function describeRequest(record: RequestRecord, line: string): string {
	const { job, result, owner, madeFor, created, began, ended } = record;
	const when = created === undefined ? '' : ` on ${inUtc(created)}`;
	const took = began === undefined || ended === undefined ? '' : `, made in ${seconds(ended - began)}`;
	return [
		madeFor
			? `Asked by ${madeFor.name}; shown this way to ${owner.name}${when}.`
			: `Asked by ${owner.name}${when}${took}.`,
		...(job ? [`Settings: ${settingsOf(job)}.`] : []),
		...(job && 'tries' in job && result ? [describeScores(result)] : []),
		...inputsOf(record),
		`To make it again, type: ${line}`,
	].join('\n');
}

function settingsOf(job: Job): string {
	if ('guidanceScale' in job && 'sampler' in job) return describeSampling(job);
	return ['seed' in job && `seed ${job.seed}`, 'model' in job && `model ${job.model}`].filter(Boolean).join(', ');
}

/** Lists the files to attach, since a typed line can only name them. */
function inputsOf({ options }: RequestRecord): string[] {
	const names = Object.values(options).flatMap((value) => (typeof value === 'object' ? [value.name] : []));
	return names.length > 0 ? [`Pictures to attach: ${names.join(', ')}.`] : [];
}

/** "12 November 2026, 14:03 UTC" */
function inUtc(time: number): string {
	const date = new Date(time);
	const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
	return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}

function seconds(ms: number): string {
	const rounded = Math.round(ms / 100) / 10;
	return `${rounded} second${rounded === 1 ? '' : 's'}`;
}
