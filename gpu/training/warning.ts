/** What a training says about problems that did not stop it. */

export interface Warning {
	readonly type: 'warning';
	/** One sentence. */
	readonly message: string;
	/** The message of an earlier one, which no longer holds. */
	readonly replaces?: string;
	/** It holds in that one's place. Absent: it only says that the other is over, and need not be kept. */
	readonly stays?: true;
}
