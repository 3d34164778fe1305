import { describe, expect, test } from 'vitest';
import type { Button, MessageView } from '../../../../src/desk/view.ts';
import { render, sentence } from '../../../../src/platforms/slack/render.ts';
import { problemsIn } from '../../../fakes/facts.ts';
import { BLOCKS } from '../../../fakes/slack/block-facts.ts';
import { buttonsOf, wordsOf } from '../../../fakes/slack/fake-slack.ts';
import type { FakeBlock } from '../../../fakes/slack/world.ts';

const view = (changes: Partial<MessageView>): MessageView => ({
	requestId: 'r1',
	state: 'done',
	title: '/generate a dog',
	text: '“a dog”: seed 180.',
	figures: [],
	buttons: [],
	personal: false,
	...changes,
});
const button = (i: number): Button => ({ id: `v1:flip:r1:${i}`, label: `Flip ${i}`, style: 'primary' });
const blocksOf = (payload: ReturnType<typeof render>) => payload.blocks as unknown as FakeBlock[];
const words = (payload: ReturnType<typeof render>) => wordsOf({ blocks: blocksOf(payload) });

describe('text', () => {
	test('of a result has only its sentence', () => {
		const payload = render(view({}));
		expect(words(payload)).toBe('“a dog”: seed 180.');
		expect(payload.text).toBe('“a dog”: seed 180.');
	});

	test('has the request and its progress in the first line until it is done', () => {
		const running = { state: 'running', text: 'Step 17 of 34.', title: '/generate a\ndog' } as const;
		const payload = render(view({ ...running, progress: { done: 17, total: 34 } }));
		expect(words(payload)).toBe('/generate a dog\n▰▰▰▰▰▱▱▱▱▱ Step 17 of 34.');
	});

	test('has the forecast as a local time, while it is in the future', () => {
		const eta = { endsAt: Date.UTC(2026, 10, 23, 14, 32, 10) };
		const waiting = render(view({ state: 'waiting', text: 'Waiting: next in line.', eta }));
		expect(words(waiting)).toBe('/generate a dog\nWaiting: next in line. Done at about 14:32 UTC.');
		expect(JSON.stringify(waiting.blocks)).toContain('"type":"date","timestamp":1795444330,"format":"{time}"');
		expect(words(render(view({ eta })))).not.toContain('Done at');
	});

	test('shows typed text as it is, and pings nobody', () => {
		const payload = render(view({ text: '<!channel> *bold* & :ghost:' }));
		expect(words(payload)).toBe('<!channel> *bold* & :ghost:');
		expect(payload.text).toBe('&lt;!channel&gt; *bold* &amp; :ghost:');
	});

	test('has the seed even if the prompts are too long', () => {
		const text = `${['a', 'b', 'c'].map((each) => `“${each.repeat(1000)}”`).join(' and ')}: seed 180.`;
		expect(words(render(view({ text })))).toBe(
			`${['a', 'b', 'c'].map((each) => `“${each.repeat(599)}…”`).join(' and ')}: seed 180.`,
		);
	});

	test('is cut if it is too long', () => {
		const payload = sentence('x'.repeat(5000));
		expect(words(payload)).toHaveLength(3000);
		expect(payload.text.endsWith('x…')).toBe(true);
	});

	test('makes no block if it is empty', () => {
		expect(render(view({ text: '' })).blocks).toEqual([]);
	});
});

test('of pictures is alt text that fits', () => {
	const payload = render(view({}), [
		{ file: 'F1', alt: 'a dog' },
		{ file: 'F2', alt: 'x'.repeat(2001) },
	]);
	expect(payload.blocks[1]).toEqual({ type: 'image', slack_file: { id: 'F1' }, alt_text: 'a dog' });
	expect(payload.blocks[2]).toMatchObject({ alt_text: `${'x'.repeat(1999)}…` });
	expect(problemsIn(BLOCKS, payload.blocks)).toEqual([]);
});

describe('buttons', () => {
	test('have their id as value, labels that fit, and Slack’s styles', () => {
		const buttons: Button[] = [
			button(1),
			{ id: 'v1:again:r1', label: 'x'.repeat(80), style: 'secondary' },
			{ id: 'v1:delete:r1', label: 'Delete', style: 'danger' },
		];
		const payload = render(view({ buttons }));
		expect(buttonsOf({ blocks: blocksOf(payload) })).toEqual([
			expect.objectContaining({ action_id: 'v1:flip:r1:1', value: 'v1:flip:r1:1', style: 'primary' }),
			expect.not.objectContaining({ style: expect.anything() }),
			expect.objectContaining({ style: 'danger' }),
		]);
		expect(problemsIn(BLOCKS, payload.blocks)).toEqual([]);
	});

	test('never exceed Slack’s limit', () => {
		const payload = render(view({ buttons: Array.from({ length: 30 }, (_, i) => button(i)) }));
		expect(buttonsOf({ blocks: blocksOf(payload) })).toHaveLength(25);
		expect(problemsIn(BLOCKS, payload.blocks)).toEqual([]);
	});
});
