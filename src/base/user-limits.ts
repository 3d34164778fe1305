/** How many requests of one person may run and how many more may wait at the same time; staff have no limits. */
export interface UserLimits {
	readonly running: number;
	readonly waiting: number;
}

export const DEFAULT_LIMITS: UserLimits = { running: 1, waiting: 3 };
