/** A file of the page, ready to be served. */
export interface Asset {
	/** The media type. */
	readonly type: string;
	readonly body: string | Uint8Array<ArrayBuffer>;
}
