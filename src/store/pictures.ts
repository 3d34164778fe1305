/** Finds the files that a stored request needs. */
import { type BlobRef, isBlobRef } from '../../gpu/jobs/index.ts';
import type { RequestRecord } from './records.ts';

/** Every file of the blob store that a request needs: uploads, results, and what its answer shows. */
export function picturesOf({ options, job, result, answer }: RequestRecord): ReadonlySet<BlobRef> {
	const found = new Set<BlobRef>();
	collect([options, job, result, answer], found);
	return found;
}

/** Only references look like this. A prompt that looks like one does no harm beyond keeping a file of that name. */
function collect(value: unknown, found: Set<BlobRef>): void {
	if (typeof value === 'string') {
		if (isBlobRef(value)) found.add(value);
	} else if (typeof value === 'object' && value !== null) {
		for (const part of Object.values(value)) collect(part, found);
	}
}
