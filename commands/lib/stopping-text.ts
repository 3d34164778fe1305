/** What a person who stops a training is told. */
export const stoppingText = (run: string) =>
	`${run} stops after its current step; /mnist train --run ${run} resumes it.`;
