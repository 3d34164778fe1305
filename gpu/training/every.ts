/** Returns a function that returns true at most once per `milliseconds`. */
export function every(milliseconds: number): () => boolean {
	let next = performance.now() + milliseconds;
	return () => {
		if (performance.now() < next) return false;
		next = performance.now() + milliseconds;
		return true;
	};
}
