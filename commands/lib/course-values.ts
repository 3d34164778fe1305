/** What the assignment fixes for all of its exercises, as options. */
export const COURSE_VALUES = {
	/** Of its sample hand-in. */
	seed: 150,
	guidance: 7,
	sampler: 'course',
	/** Of its notebook. */
	fit: 'squash',
} as const;
