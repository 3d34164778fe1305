/** What platforms take by default; a phone's photo fits, and so do the embeddings of the course. */
export const MAX_UPLOAD_BYTES = 10 * 2 ** 20;
