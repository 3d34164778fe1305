/** What a terminal, a script or a test gives to a command line. */

export interface Streams {
	readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
	readonly stdout: Sink;
	readonly stderr: Sink;
}

export interface Sink {
	readonly isTTY?: boolean;
	/** Characters in a line, of a terminal. */
	readonly columns?: number;
	/** @param written is called once it is on its way */
	write(text: string | Uint8Array, written?: () => void): unknown;
}
