/** The values that the assignment fixes for all of its exercises, as options. */
export const COURSE_VALUES = {
	/** From its sample hand-in. */
	seed: 150,
	guidance: 7,
	sampler: 'course',
	/** From its notebook. */
	fit: 'squash',
} as const;
