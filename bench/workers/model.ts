/** The model that the workers with fixed costs say they have. */
import type { ModelSummary } from '../../gpu/queue/runner.ts';

export const MODEL: ModelSummary = {
	name: 'bench',
	summary: 'draws a grey dot',
	stage: 1,
	sampleSize: 1,
	revision: '1',
	parameters: 0,
	guidanceScale: 1,
	textWidth: 1,
};
