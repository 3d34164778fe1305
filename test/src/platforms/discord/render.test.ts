import { ButtonStyle, MessageFlags } from 'discord.js';
import { describe, expect, test } from 'vitest';
import type { Figure } from '../../../../commands/lib/command.ts';
import type { Button, MessageView } from '../../../../src/desk/view.ts';
import { render, sentence } from '../../../../src/platforms/discord/render.ts';
import { MESSAGE_EDIT } from '../../../fakes/discord/facts.ts';
import { read } from '../../../fakes/discord/markdown.ts';
import type { FakeButton } from '../../../fakes/discord/world.ts';
import { problemsIn } from '../../../fakes/facts.ts';

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
const png = new Uint8Array([137, 80, 78, 71]);
const figure = (i: number, alt = `picture ${i}`): Figure => {
	return { bytes: png, type: 'image/png', width: 4, height: 4, alt, filename: `${i}.png` };
};
const button = (i: number): Button => ({ id: `v1:flip:r1:${i}`, label: `Flip ${i}`, style: 'primary' });
const rowsOf = ({ body }: ReturnType<typeof render>) => body.components as unknown as { components: FakeButton[] }[];
const problems = ({ body }: ReturnType<typeof render>) => problemsIn(MESSAGE_EDIT, body);

describe('text', () => {
	test('a result has only its sentence', () => {
		expect(render(view({})).body.content).toBe('“a dog”: seed 180.');
	});

	test('has the request in small print in the first line until it is done', () => {
		const waiting = view({ state: 'waiting', text: 'Waiting: next in line.', title: '/generate a\ndog' });
		expect(render(waiting).body.content).toBe('-# /generate a dog\nWaiting: next in line.');
	});

	test('has a bar for progress', () => {
		const bars = [0, 1, 17, 33, 34].map((done) => {
			const running = view({ state: 'running', text: `Step ${done} of 34.`, progress: { done, total: 34 } });
			return render(running).body.content!.split('\n')[1];
		});
		expect(bars).toEqual([
			'▱▱▱▱▱▱▱▱▱▱ Step 0 of 34.',
			'▱▱▱▱▱▱▱▱▱▱ Step 1 of 34.',
			'▰▰▰▰▰▱▱▱▱▱ Step 17 of 34.',
			'▰▰▰▰▰▰▰▰▰▱ Step 33 of 34.',
			'▰▰▰▰▰▰▰▰▰▰ Step 34 of 34.',
		]);
	});

	test('has forecasts as times that the reader’s client counts down', () => {
		const waiting = view({
			state: 'waiting',
			text: 'Waiting: next in line.',
			eta: { startsAt: 60_400, endsAt: 99_600 },
		});
		expect(render(waiting).body.content).toContain('Waiting: next in line. Starts <t:60:R>, done <t:100:R> (about).');
		const running = view({ state: 'running', text: 'Step 1 of 4.', eta: { endsAt: 99_600 } });
		expect(render(running).body.content).toContain('Step 1 of 4. Done <t:100:R> (about).');
	});

	test('has the platform’s sentences below, even if it is cut', () => {
		expect(render(view({}), ['One.', 'Two.']).body.content).toBe('“a dog”: seed 180.\nOne.\nTwo.');
		const { content } = render(view({ text: 'x'.repeat(3000) }), ['One.']).body;
		expect(content).toBe(`${'x'.repeat(1994)}…\nOne.`);
	});

	test('has the seed even if the prompts are too long', () => {
		const prompts = ['*'.repeat(1000), '🦉'.repeat(500)];
		const { content } = render(view({ text: `“${prompts[0]}”: seed 180, away from “${prompts[1]}”.` })).body;
		expect(content).toBe(`“${'\\*'.repeat(299)}…”: seed 180, away from “${'🦉'.repeat(149)}…”.`);
	});

	test('shows markup in a prompt as typed', () => {
		expect(render(view({ text: '“a *red* [dog](https://a.b) ||x||”' })).body.content).toBe(
			'“a \\*red\\* \\[dog](https://a.b) \\|\\|x\\|\\|”',
		);
	});

	test.each([
		...['*', '**', '****', '*****', '******', '____', '_____', '______', '||||', '~~~~', '`', '``', '````', '* *'],
		...['a\n# big', 'a\n### three', 'a\n#nohash', 'a\n- item', 'a\n  - nested', 'a\n* star', 'a\n+ plus', 'a\n1. item'],
		...['a\n2) item', 'a\n> q', 'a\n>>> q', 'a\n-# small', 'a\n-# # x', '# x', '> x', '\\', '\\*', 'a\n\\> q'],
		...[
			'<t:0:R>',
			'<#123>',
			'<@1> <@&2> <@!3>',
			'<:smile:1> <a:b:2>',
			'</generate:1>',
			'<id:customize>',
			'[a](https://b.c)',
		],
		...['**bold** and *it* and ***both***', 'see https://a.b/c_d_e and x_y_z', 'https://a.b/<t:0:R>', 'a_https://b_c_'],
	])('a prompt cannot break the layout: %j', (prompt) => {
		const text = `“${prompt}”: seed 180.`;
		expect(read(render(view({ text })).body.content!)).toEqual({ text, marks: [] });
		const alone = view({ text: prompt, state: 'failed', title: `/generate ${prompt}` });
		const { text: shown, marks } = read(render(alone).body.content!);
		expect(marks).toEqual(['small print']);
		expect(shown).toBe(`/generate ${prompt.replace(/\s+/g, ' ')}\n${prompt}`);
	});

	test.each(['\r\n', '\r', '\u2028', '\u2029', '\v', '\f', '\u0085'])(
		'a prompt cannot break the layout with the line ending %j',
		(end) => {
			expect(read(render(view({ text: `a${end}> q${end}-# s` })).body.content!)).toEqual({
				text: 'a\n> q\n-# s',
				marks: [],
			});
		},
	);

	test('a name cannot break it either', () => {
		const asker = { id: 'discord:1', name: '**A**\n> <@2>' };
		const { text, marks } = read(render(view({ asker })).body.content!);
		expect(text).toBe('“a dog”: seed 180.\nAsked by **A** > <@2>.');
		expect(marks).toEqual(['small print']);
	});

	test('names the asker, and the person to whom a different view is shown', () => {
		const [asker, madeFor] = ['Ann', 'Bob'].map((name) => ({ id: `discord:${name}`, name }));
		expect(render(view({ asker })).body.content).toBe('“a dog”: seed 180.\n-# Asked by Ann.');
		expect(render(view({ asker, madeFor: asker })).body.content).toBe('“a dog”: seed 180.\n-# Asked by Ann.');
		expect(render(view({ asker, madeFor })).body.content).toMatch(/\n-# Shown this way to Ann; asked by Bob\.$/);
	});

	test('is cut at 2000 characters', () => {
		const { body } = sentence('x'.repeat(2001));
		expect(body.content).toBe(`${'x'.repeat(1999)}…`);
		expect(sentence('x'.repeat(2000)).body.content).toBe('x'.repeat(2000));
		expect(sentence('🦉'.repeat(1001)).body.content).toBe(`${'🦉'.repeat(999)}…`);
	});

	test('pings nobody and shows no link previews', () => {
		const { body } = render(view({ text: '@everyone <@1> https://a.b' }));
		expect(body.allowed_mentions).toEqual({ parse: [] });
		expect(body.flags).toBe(MessageFlags.SuppressEmbeds);
	});
});

describe('pictures', () => {
	test('have their alt text', () => {
		const { body, files } = render(view({ figures: [figure(0), figure(1)] }));
		expect(body.attachments).toEqual([
			{ id: 0, filename: '0.png', description: 'picture 0' },
			{ id: 1, filename: '1.png', description: 'picture 1' },
		]);
		expect(files).toEqual([
			{ name: '0.png', data: png, contentType: 'image/png' },
			{ name: '1.png', data: png, contentType: 'image/png' },
		]);
	});

	test('have their alt text cut at 1024 characters', () => {
		const { body } = render(view({ figures: [figure(0, 'x'.repeat(2000))] }));
		expect(body.attachments![0]).toMatchObject({ description: `${'x'.repeat(1023)}…` });
	});

	test('are represented by a preview until they are done', () => {
		const running = view({ state: 'running', text: 'Step 2 of 34.', progress: { done: 2, total: 34, preview: png } });
		const { body, files } = render(running);
		expect(files.map(({ name }) => name)).toEqual(['preview.png']);
		expect(body.attachments![0]).toMatchObject({ description: 'Preview of /generate a dog: Step 2 of 34.' });
	});

	test('can be hidden until somebody clicks, including previews but not other files', () => {
		const page = { bytes: png, type: 'text/html', filename: 'course.html' };
		const done = render(view({ figures: [figure(0)], attachments: [page], spoiler: true }));
		expect(done.body.attachments).toEqual([
			{ id: 0, filename: 'SPOILER_0.png', description: 'picture 0', is_spoiler: true },
			{ id: 1, filename: 'course.html' },
		]);
		expect(done.files.map(({ name }) => name)).toEqual(['SPOILER_0.png', 'course.html']);
		const running = view({ state: 'running', progress: { done: 2, total: 34, preview: png }, spoiler: true });
		expect(render(running).body.attachments).toMatchObject([{ filename: 'SPOILER_preview.png', is_spoiler: true }]);
	});

	test('are removed by a state without pictures', () => {
		expect(render(view({})).body.attachments).toEqual([]);
	});

	test('are limited to ten, with a note', () => {
		const payload = render(view({ text: 'x'.repeat(3000), figures: Array.from({ length: 12 }, (_, i) => figure(i)) }));
		expect(payload.files).toHaveLength(10);
		expect(payload.body.content).toMatch(/…\n\(2 more files do not fit in one message\.\)$/);
		expect(problems(payload)).toEqual([]);
	});
});

describe('buttons', () => {
	test('are in rows of five', () => {
		const payload = render(view({ buttons: [1, 2, 3, 4, 5, 6, 7].map(button) }));
		expect(rowsOf(payload).map((row) => row.components.length)).toEqual([5, 2]);
		expect(rowsOf(payload)[1].components[0]).toEqual({
			type: 2,
			custom_id: 'v1:flip:r1:6',
			label: 'Flip 6',
			style: ButtonStyle.Primary,
		});
		expect(problems(payload)).toEqual([]);
	});

	test('have their style, and labels that fit', () => {
		const buttons: Button[] = [
			{ id: 'a', label: 'x'.repeat(100), style: 'secondary' },
			{ id: 'b', label: 'Delete', style: 'danger' },
		];
		const [{ components }] = rowsOf(render(view({ buttons })));
		expect(components.map(({ style }) => style)).toEqual([ButtonStyle.Secondary, ButtonStyle.Danger]);
		expect(components[0].label).toHaveLength(80);
	});

	test('are removed by a state without buttons', () => {
		expect(render(view({})).body.components).toEqual([]);
	});

	test('never fill more than five rows', () => {
		const payload = render(view({ buttons: Array.from({ length: 30 }, (_, i) => button(i)) }));
		expect(rowsOf(payload)).toHaveLength(5);
		expect(problems(payload)).toEqual([]);
	});
});

test('a file other than a picture is sent without a description', () => {
	const page = { bytes: png, type: 'text/html', filename: 'course.html' };
	const payload = render(view({ figures: [figure(1)], attachments: [page] }));
	expect(payload.body.attachments).toEqual([
		{ id: 0, filename: '1.png', description: 'picture 1' },
		{ id: 1, filename: 'course.html' },
	]);
	expect(payload.files.map(({ name, contentType }) => [name, contentType])).toEqual([
		['1.png', 'image/png'],
		['course.html', 'text/html'],
	]);
	expect(problems(payload)).toEqual([]);
});
