/** "40 seconds", "3 minutes", "2 hours": no more exact than a forecast. */
export function describeDuration(seconds: number): string {
	const [n, unit] =
		seconds < 90 ? [seconds, 'second'] : seconds < 90 * 60 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
	const rounded = Math.max(1, Math.round(n));
	return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}
