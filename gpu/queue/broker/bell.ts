/** Lets one wait until something may have changed. */
export class Bell {
	#ring = () => {};
	#rung = this.#next();

	/** Ends the wait, present or future. */
	ring(): void {
		this.#ring();
	}

	/** Resolves once it has been rung since the last time. */
	async heard(): Promise<void> {
		await this.#rung;
		this.#rung = this.#next();
	}

	#next(): Promise<void> {
		return new Promise((resolve) => {
			this.#ring = resolve;
		});
	}
}
