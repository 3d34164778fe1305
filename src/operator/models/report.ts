/** What `models pull` says on stdout in the end. */

import { sizeText } from '../../../commands/lib/size-text.ts';
import { printableJson } from '../../base/printable.ts';
import type { PlannedFile } from './plan.ts';
import type { Pulled } from './pull.ts';
import type { Repository } from './repositories.ts';

export function report({ id, name }: Repository, pulled: Pulled, json: boolean): string {
	if (pulled.kind === 'complete') {
		if (json) return printableJson({ repository: id, model: name, state: 'complete', bytes: 0, files: [] });
		return `${name} is complete already, so nothing was downloaded; models verify ${name} compares its checksums.`;
	}
	const { kind, plan, files, missing, free } = pulled;
	if (json) {
		const entries = files.map(({ file: { path, size }, whole }) => ({ path, size, there: whole }));
		const { commit } = plan;
		return printableJson({ repository: id, model: name, state: kind, commit, bytes: missing, files: entries });
	}
	if (kind === 'planned') {
		const left = `${sizeText(missing)} to download; ${sizeText(free)} is free.`;
		return [...files.map(lineOf), left].join('\n');
	}
	return [
		`${name} is complete: ${sizeText(missing)} came.`,
		`models use ${name} makes it the default; or give --model ${name} with a request.`,
	].join('\n');
}

const lineOf = ({ file: { path, size }, whole, bytes }: PlannedFile) => {
	const there = whole ? '  (there)' : bytes > 0 ? `  (${sizeText(bytes)} there)` : '';
	return `${sizeText(size).padStart(10)}  ${path}${there}`;
};
