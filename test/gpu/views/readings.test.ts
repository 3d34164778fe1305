import { describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { componentReadings, viewReadings } from '../../../gpu/views/index.ts';

const reference = 'a'.repeat(64);

describe('the readings of an anagram', () => {
	it('show the first prompt upright and each other one through a view', () => {
		expect(viewReadings({ prompts: ['a', 'b', 'c'], views: ['flip', ' Negate'] })).toEqual([
			{ prompt: 'a', look: 'upright' },
			{ prompt: 'b', look: 'through the view flip', view: 'flip' },
			{ prompt: 'c', look: 'through the view negate', view: 'negate' },
		]);
	});

	it.each([
		[['a', 'b', 'c'], ['flip'], '3 prompts need 2 views (the first prompt is upright), not 1: flip.'],
		[['a', 'b'], ['flip', 'skew'], '2 prompts need one view (the first prompt is upright), not 2: flip, skew.'],
		[['a', 'b', 'c'], ['flip', 'flip'], 'The view flip is named twice; two prompts need two different views.'],
		[['a', 'b'], ['flop'], 'There is no view "flop"'],
		[['a', 'b'], ['blur'], '"blur" cannot be a view: '],
	])('%j through %j is rejected in one sentence', (prompts, views, sentence) => {
		expect(() => viewReadings({ prompts, views })).toThrow(UserError);
		expect(() => viewReadings({ prompts, views })).toThrow(sentence);
	});
});

describe('the readings of a hybrid', () => {
	it('have a prompt for each component, from far to near', () => {
		expect(componentReadings({ decomposition: 'triple', prompts: ['a', 'b', 'c'] })).toEqual([
			{ component: 0, look: 'from afar', prompt: 'a' },
			{ component: 1, look: 'from some way off', prompt: 'b' },
			{ component: 2, look: 'close up', prompt: 'c' },
		]);
	});

	it('leave out the reference’s component, by default the first', () => {
		const prompts = ['a'];
		const [far, near] = [0, 1].map((component) => ({ component, look: ['from afar', 'close up'][component] }));
		const choice = { decomposition: 'frequency', prompts, reference };
		expect(componentReadings(choice)).toEqual([far, { ...near, prompt: 'a' }]);
		expect(componentReadings({ ...choice, referenceComponent: 1 })).toEqual([{ ...far, prompt: 'a' }, near]);
	});

	it.each([
		[
			{ decomposition: 'frequency', prompts: ['a'] },
			'A hybrid of the kind frequency needs 2 prompts (low, high), not 1.',
		],
		[{ decomposition: 'triple', prompts: ['a', 'b'] }, 'needs 3 prompts (low, mid, high), not 2.'],
		[{ decomposition: 'color', prompts: ['a', 'b', 'c'] }, 'needs 2 prompts (grey, color), not 3.'],
		[
			{ decomposition: 'color', prompts: ['a', 'b'], reference },
			'A hybrid of the kind color with a reference needs one prompt (color), not 2.',
		],
		[
			{ decomposition: 'motion', prompts: ['a'], reference, referenceComponent: 2 },
			'A hybrid of the kind motion has no component 2; it has motion, still.',
		],
		[{ decomposition: 'depth', prompts: ['a', 'b'] }, 'There is no kind of hybrid "depth"'],
	])('%j is rejected in one sentence', (choice, sentence) => {
		expect(() => componentReadings(choice)).toThrow(UserError);
		expect(() => componentReadings(choice)).toThrow(sentence);
	});
});
