/** Shows how something long goes on. */

export interface MeterState {
	/** One line. */
	readonly text: string;
	readonly done: number;
	readonly total: number;
	/** Only of interest to somebody who looks on. */
	readonly passing?: boolean;
}

/** Takes each state; without one, there is nothing more to show. */
export type Meter = (state?: MeterState) => void;
