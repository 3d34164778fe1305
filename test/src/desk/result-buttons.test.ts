/** What the buttons below a result do. */
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { seedOf } from '../../../gpu/jobs/index.ts';
import type { Desk } from '../../../src/desk/desk.ts';
import type { RequestStore } from '../../../src/store/requests.ts';
import { ann, bob, button, type OpenDesk, openDesk, pressed } from './open-desk.ts';

let open: OpenDesk;
let blobs: OpenDesk['blobs'];
let runner: OpenDesk['runner'];
let desk: Desk;
let store: RequestStore;
let ask: OpenDesk['ask'];

beforeEach(async () => {
	open = await openDesk();
	({ blobs, runner, desk, store, ask } = open);
});
afterEach(() => open.close());

describe('buttons of a result', () => {
	test('Again makes a new picture with another seed for whoever pressed', async () => {
		const { view } = await ask('generate', { prompt: 'a dog', steps: 3, seed: 5 }).outcome;
		const outcome = await desk.press(button(view, 'Again'), bob);
		if (outcome.type !== 'request') throw new Error(`expected a request, got ${outcome.type}`);
		const again = await outcome.open(() => {});
		expect(again.title).toMatch(/^\/generate a dog --steps 3/);
		expect(runner.submitted[1].owner).toBe('test:bob');
		expect(runner.submitted[1].job).toMatchObject({ prompt: 'a dog', steps: 3 });
		expect(seedOf(runner.submitted[1].job)).not.toBe(5);
	});

	test.each(['Again', 'Same seed'])('%s asks an answered question again', async (label) => {
		const asking = commands.map((command) => ({
			...command,
			options: { ...command.options, now: { kind: 'flag', summary: 'Starts at once' } as const },
		}));
		desk = open.again({ commands: asking });
		const { view } = await desk.open({
			command: 'generate',
			options: { prompt: 'a dog', steps: 3, seed: 5, now: 'yes' },
			user: ann,
		});
		expect(store.get(view.requestId)!.options).toMatchObject({ seed: 5, now: 'yes' });
		const outcome = await desk.press(button(view, label), bob);
		if (outcome.type !== 'request') throw new Error(`expected a request, got ${outcome.type}`);
		const again = await outcome.open(() => {});
		const { options } = store.get(again.requestId)!;
		expect(options).toMatchObject({ prompt: 'a dog', steps: 3 });
		expect(options).not.toHaveProperty('now');
	});

	test('Upscale makes one picture four times as large for whoever pressed', async () => {
		const { view } = await ask('generate', { prompt: 'a dog', count: 2, steps: 3, seed: 5 }).outcome;
		const alone = await pressed(desk, button(view, '2'), ann);
		const outcome = await desk.press(button(alone, 'Upscale'), bob);
		if (outcome.type !== 'request') throw new Error(`expected a request, got ${outcome.type}`);
		const large = await outcome.open(() => {});
		expect(large.title).toBe('/upscale generate-6.png a dog --seed 6');
		expect(runner.submitted[1]).toMatchObject({
			owner: 'test:bob',
			job: { kind: 'upscale', model: 'fake-upscaler', prompts: ['a dog'], seed: 6 },
		});
		expect(large.buttons.map(({ label }) => label)).toEqual([
			'Again, new seed',
			'Same seed',
			'Edit settings',
			'Vary',
			'Use as input',
			'Inpaint',
			'Details',
			'Report',
			'Delete',
		]);
	});

	test('Flip turns an anagram over and back', async () => {
		const options = { prompt: 'an old man', prompt2: 'a campfire', seed: 3 };
		const { view } = await ask('anagram', options).outcome;
		expect(view.title).toBe('/anagram "an old man" "a campfire" --seed 3');
		const turned = await pressed(desk, button(view, 'Flip'), bob);
		const before = await sharp(view.figures[0].bytes).flip().raw().toBuffer();
		const after = await sharp(turned.figures[0].bytes).raw().toBuffer();
		expect(after.equals(before)).toBe(true);
		expect(view.figures[0].alt).toMatch(/upright.*an old man/);
		expect(turned.figures[0].alt).toMatch(/a campfire/);

		const back = await pressed(desk, button(turned, 'Flip'), bob);
		expect(Buffer.compare(back.figures[0].bytes, view.figures[0].bytes)).toBe(0);
	});

	test('a number shows its picture alone, and All shows the sheet again', async () => {
		const { view, originals } = await ask('generate', { prompt: 'a cat', count: 3, seed: 4 }).outcome;
		const alone = await pressed(desk, button(view, '2'), bob);
		expect(alone.figures).toEqual([(await originals!())[1]]);
		expect(alone.text).toContain('seed 5');
		const back = await pressed(desk, button(alone, 'All'), bob);
		expect(back.figures).toEqual(view.figures);
	});

	test('an edit shows all starts beside the original', async () => {
		const blob = await blobs.put(
			await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
				.png()
				.toBuffer(),
		);
		const { outcome } = ask('edit', { image: { blob, name: 'sketch.png' }, start: '5,10', seed: 3 });
		const { view, originals } = await outcome;
		expect(view.figures[0].alt).toMatch(/sketch\.png.*i_start 5, t = \d+; i_start 10, t = \d+; original/);
		expect((await originals!()).map(({ filename }) => filename)).toEqual(['edit-3-start-5.png', 'edit-3-start-10.png']);
		const alone = await pressed(desk, button(view, 'start 10'), bob);
		expect(alone.figures[0].alt).toMatch(/sketch\.png.*index 10/);
	});

	test('Delete is for the owner and staff; afterwards the other buttons say that it is gone', async () => {
		const { view } = await ask('generate', {}).outcome;
		const remove = button(view, 'Delete');
		expect(await desk.press(remove, bob)).toMatchObject({ type: 'whisper' });
		expect(await desk.press(remove, ann)).toMatchObject({ type: 'delete' });
		expect(await desk.press(button(view, 'Again'), ann)).toMatchObject({
			type: 'whisper',
			text: expect.stringMatching(/too old/),
		});
	});

	test.each(['v1:again:nonsense', 'v2:again:x', 'x', '', 'v1:launch:', 'v1:__proto__:x'])(
		'an id like %j is answered',
		async (id) => {
			expect(await desk.press(id, ann)).toMatchObject({ type: 'whisper' });
		},
	);

	test.each(['constructor', 'toString', 'launch', 'flip:-1', 'flip:abc', 'flip:1:2'])(
		'nothing but its own actions runs: %s',
		async (action) => {
			const { view } = await ask('anagram', { prompt: 'a', prompt2: 'b' }).outcome;
			const [name, ...index] = action.split(':');
			expect(await desk.press(['v1', name, view.requestId, ...index].join(':'), ann)).toMatchObject({
				type: 'whisper',
			});
		},
	);

	test('fit every platform: at most 100 characters, and only below answers with pictures', async () => {
		const { view } = await ask('anagram', { prompt: 'a', prompt2: 'b' }).outcome;
		for (const { id } of view.buttons) expect(id).toMatch(/^v1:[a-z]+:[\w-]{12}(:\d+)?$/);
		expect((await ask('help', {}).outcome).view).toMatchObject({ buttons: [], personal: true });
	});
});
