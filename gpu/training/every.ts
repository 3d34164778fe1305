/** A question that is answered with yes once in so many milliseconds. */
export function every(milliseconds: number): () => boolean {
	let next = performance.now() + milliseconds;
	return () => {
		if (performance.now() < next) return false;
		next = performance.now() + milliseconds;
		return true;
	};
}
