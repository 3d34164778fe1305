/** What a training says about problems that did not stop it. */

export interface Warning {
	readonly type: 'warning';
	/** One sentence. */
	readonly message: string;
	/** The message of an earlier one, which no longer holds. */
	readonly replaces?: string;
}
