/** The platforms' default limit; a phone's photo fits, and so do the course's embeddings. */
export const MAX_UPLOAD_BYTES = 10 * 2 ** 20;
