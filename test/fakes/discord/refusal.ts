/** An error response of Discord's. */
export class Refusal extends Error {
	readonly status: number;
	readonly code: number;

	constructor(status: number, code: number, message: string) {
		super(message);
		this.status = status;
		this.code = code;
	}
}

export const UNKNOWN_MESSAGE = () => new Refusal(404, 10008, 'Unknown Message');
export const UNKNOWN_INTERACTION = () => new Refusal(404, 10062, 'Unknown interaction');
