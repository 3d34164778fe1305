/** What is said to whoever stops a training. */
export const stoppingText = (run: string) =>
	`${run} ends after the step that it is at; /mnist train --run ${run} goes on with it.`;
