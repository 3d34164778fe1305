import { expect, test } from 'vitest';
import { etaInWords } from '../../../src/chat/eta.ts';

const NOW = 1_000_000_000;
const eta = (endsIn: number, startsIn?: number) => ({
	endsAt: NOW + endsIn * 1000,
	...(startsIn !== undefined && { startsAt: NOW + startsIn * 1000 }),
});

test.each<[number, number | undefined, string]>([
	[1, undefined, 'done in a few seconds'],
	[8, undefined, 'done in about 10 seconds'],
	[42, undefined, 'done in about 40 seconds'],
	[58, undefined, 'done in about 1 minute'],
	[125, undefined, 'done in about 2 minutes'],
	[3 * 3600, undefined, 'done in about 3 hours'],
	[125, 3, 'done in about 2 minutes'],
	[185, 40, 'starts in about 40 seconds, done in about 3 minutes'],
	[-20, undefined, 'done in a few seconds'],
])('%i s, starting in %s s: %s', (endsIn, startsIn, words) => {
	expect(etaInWords(eta(endsIn, startsIn), NOW)).toBe(words);
});

test('is empty if nothing is known', () => {
	expect(etaInWords(undefined)).toBe('');
});
