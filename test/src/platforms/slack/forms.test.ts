import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sketch } from '../../../fakes/pictures.ts';
import { wordsOf } from '../../../fakes/slack/fake-slack.ts';
import { CHANNEL, type FakeView, OTHER, STUDENT, TEACHER } from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';
import { type Bot, finished, picturesOf, startBot, whispered } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());
beforeEach(() => {
	vi.clearAllMocks();
	bot.runner.reset();
	bot.world.messages.clear();
	bot.world.views.length = 0;
	bot.world.calls.length = 0;
	bot.world.triggerMs = 3000;
});

async function form(text: string): Promise<FakeView> {
	await bot.slack.slash('/flipside', text);
	return until('a form', () => bot.world.views.at(-1));
}

const field = (view: FakeView, name: string) => view.blocks.find(({ block_id }) => block_id === name)!;

test('a bare command opens its form before any other call to Slack', async () => {
	const view = await form('generate');
	expect(bot.world.calls.map(({ method }) => method)).toEqual(['views.open']);
	expect(view).toMatchObject({ title: { text: '/generate' }, callback_id: 'form' });
	expect(field(view, 'prompt')).toMatchObject({
		optional: true,
		element: {
			type: 'plain_text_input',
			max_length: 1000,
			placeholder: { text: "default: the model's own" },
		},
	});
	expect(field(view, 'count').element).toMatchObject({ type: 'plain_text_input', placeholder: { text: 'default: 1' } });
	expect(field(view, 'sampler').element).toMatchObject({
		type: 'static_select',
		placeholder: { text: 'default: auto' },
	});
	const models = field(view, 'model').element.options.map(({ value }: { value: string }) => value);
	expect(models).toEqual(['fake-if', 'fake-xl']);
	expect(bot.world.shown()).toEqual([]);
});

test('every command has a form within Slack’s limits', async () => {
	const taking = bot.desk.commands.filter(({ personal, options }) => !personal && Object.keys(options).length > 0);
	expect(taking.length).toBeGreaterThan(6);
	for (const { name } of taking) {
		bot.world.views.length = 0;
		const view = await form(name);
		expect(bot.world.violations.take(), name).toEqual([]);
		expect(view.blocks, name).toHaveLength(
			1 + Object.keys(bot.desk.commands.find((c) => c.name === name)!.options).length,
		);
	}
});

test('a submitted form becomes a request in the channel where it was opened', async () => {
	const view = await form('generate');
	expect(
		await bot.slack.submit(view, { prompt: 'a photo of a dog', seed: '180', steps: '3', sampler: 'course' }),
	).toEqual({});
	const message = await finished(bot.world);
	expect(message.channel).toBe(CHANNEL);
	expect(picturesOf(bot.world, message)).toHaveLength(1);
	const wanted = { prompt: 'a photo of a dog', seed: 180, steps: 3, sampler: 'course' };
	expect(bot.runner.submitted).toMatchObject([{ owner: `slack:${STUDENT.id}`, job: wanted }]);
});

test('Edit settings opens the form of the same command, filled with the request’s options', async () => {
	await bot.slack.slash('/flipside', 'anagram "a tree" "a mushroom" --view negate --seed 5 --steps 3 --sampler ddim');
	const message = await finished(bot.world);
	await bot.slack.press(message, 'Edit settings', OTHER);
	const view = await until('a form', () => bot.world.views.at(-1));
	expect(view.title.text).toBe('/anagram');
	const shown = (name: string) => {
		const { initial_value, initial_option, initial_options } = field(view, name).element;
		return initial_value ?? initial_option?.value ?? initial_options?.map(({ value }: { value: string }) => value);
	};
	expect(['prompt', 'prompt2', 'view', 'seed', 'steps', 'sampler'].map(shown)).toEqual([
		'a tree',
		'a mushroom',
		['negate'],
		'5',
		'3',
		'ddim',
	]);
	await bot.slack.submit(view, { prompt: 'a house', prompt2: 'a boat', seed: '6' }, OTHER);
	await until('a second message', () => bot.world.shown().length === 2);
	expect(wordsOf(await finished(bot.world, /a house/))).toMatch(/\nAsked by other\.$/);
	expect(bot.runner.submitted.at(-1)).toMatchObject({ owner: `slack:${OTHER.id}`, job: { seed: 6 } });
});

test('flags and lists of names are read', async () => {
	const view = await form('anagram');
	expect(field(view, 'view').element.type).toBe('multi_static_select');
	await bot.slack.submit(view, { prompt: 'a tree', prompt2: 'a mushroom', view: ['negate'], animate: true });
	await finished(bot.world);
	expect(bot.runner.submitted).toMatchObject([{ job: { prompts: ['a tree', 'a mushroom'], views: ['negate'] } }]);
	const { options } = bot.store.get(bot.runner.submitted[0].id)!;
	expect(options).toMatchObject({ view: 'negate', animate: 'yes' });
});

test('people are chosen from a list and shown by name', async () => {
	const asStaff = { user: TEACHER };
	await bot.slack.slash('/flipside', 'block', asStaff);
	const view = await until('a form', () => bot.world.views.at(-1));
	const [name] = Object.keys(bot.desk.commands.find((command) => command.name === 'block')!.options);
	expect(field(view, name)).toMatchObject({ optional: false, element: { type: 'users_select' } });
	const open = vi.spyOn(bot.desk, 'open');
	await bot.slack.submit(view, { [name]: OTHER.id }, TEACHER);
	expect(await whispered(bot.world, TEACHER.id)).toContain('other');
	expect(open.mock.lastCall![0].options).toEqual({ [name]: `slack:${OTHER.id}|other` });
	await bot.slack.slash('/flipside', `unblock <@${OTHER.id}>`, asStaff);
	await until('the other call', () => open.mock.lastCall![0].command === 'unblock');
	expect(open.mock.lastCall![0].options).toEqual({ [name]: `slack:${OTHER.id}|other` });
	open.mockRestore();
});

describe('a picture', () => {
	test('that is required opens a prefilled form, as it cannot be typed', async () => {
		const view = await form('edit "a rocket ship" --start 5');
		expect(field(view, 'prompt').element.initial_value).toBe('a rocket ship');
		expect(field(view, 'start').element.initial_value).toBe('5');
		expect(field(view, 'image')).toMatchObject({ optional: false, element: { type: 'file_input', max_files: 1 } });
		await bot.slack.submit(view, { image: bot.world.addFile(await sketch()), prompt: 'a rocket ship', start: '5' });
		const message = await finished(bot.world);
		expect(picturesOf(bot.world, message)[0].alt).toContain('sketch.png');
		const [{ job }] = bot.runner.submitted;
		expect(job).toMatchObject({ kind: 'edit', prompt: 'a rocket ship', starts: [5] });
		const stored = await bot.desk.blobs.get((job as { image: string }).image);
		expect(await sharp(stored).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 });
	});

	test('can be given by web address', async () => {
		await bot.slack.slash('/flipside', 'edit <https://pictures.test/web.png> a house --start 5');
		const message = await finished(bot.world);
		expect(picturesOf(bot.world, message)[0].alt).toContain('web.png');
		expect(bot.runner.submitted).toMatchObject([{ job: { kind: 'edit', prompt: 'a house' } }]);
	});
});

describe('mistakes are reported', () => {
	test('at their fields, with our sentences, and nothing is posted', async () => {
		const view = await form('edit');
		const notes = { name: 'notes.txt', type: 'text/plain', bytes: new TextEncoder().encode('hello') };
		const answer = await bot.slack.submit(view, { image: bot.world.addFile(notes), steps: 'many', start: '2000' });
		expect(answer).toEqual({
			response_action: 'errors',
			errors: {
				image: 'notes.txt is not a picture; send a PNG, JPEG, WebP, GIF or AVIF picture.',
				steps: expect.stringMatching(/^steps must be a whole number from 1 to \d+.*got "many"\.$/),
				start: expect.stringMatching(/^start must be 1 to 9 whole numbers.*got "2000"\.$/),
			},
		});
		expect(bot.world.shown()).toEqual([]);
	});

	test('at the field of a picture that is missing or too large', async () => {
		const view = await form('edit');
		const { errors: missing } = (await bot.slack.submit(view, {})) as { errors: object };
		expect(missing).toEqual({
			image: 'Please fill this in: image is a PNG, JPEG, WebP, GIF or AVIF picture, or its https address.',
		});
		const huge = { ...(await sketch('huge.png')), claims: { size: 11 * 2 ** 20 } };
		const { errors: large } = (await bot.slack.submit(view, { image: bot.world.addFile(huge) })) as { errors: object };
		expect(large).toEqual({ image: 'huge.png is too large; files may have at most 10 MiB.' });
	});

	test('in private for typed lines, and nothing is posted', async () => {
		await bot.slack.slash('/flipside', 'generate a dog --steps many');
		expect(await whispered(bot.world, STUDENT.id)).toMatch(/^steps must be a whole number/);
		await bot.slack.slash('/flipside', 'generate a dog --stps 5');
		expect(await whispered(bot.world, STUDENT.id, /stps/)).toMatch(/has no option "stps" \(did you mean "steps"\?\)/);
		await bot.slack.slash('/flipside', 'genrate a dog');
		expect(await whispered(bot.world, STUDENT.id, /genrate/)).toMatch(/did you mean "generate"\?/);
		await bot.slack.slash('/flipside', 'generate "a dog');
		expect(await whispered(bot.world, STUDENT.id, /quote/)).toMatch(/opening quote .* that is never closed; close it/);
		expect(bot.world.calls.some(({ method }) => method === 'chat.postMessage')).toBe(false);
		expect(bot.log.error).not.toHaveBeenCalled();
	});

	test('at the field of a prompt that is missing beside another, although both may be omitted', async () => {
		const view = await form('anagram');
		const { errors } = (await bot.slack.submit(view, { prompt: 'a heart' })) as { errors: object };
		expect(errors).toEqual({ prompt2: expect.stringMatching(/^\/flipside anagram needs prompt2 too: a text/) });
		await bot.slack.submit(view, {});
		await finished(bot.world);
		expect(bot.runner.submitted).toMatchObject([{ job: { kind: 'anagram' } }]);
	});

	test('in private for a whole command typed as a prompt', async () => {
		await bot.slack.submit(await form('generate'), { prompt: '/edit a dog' });
		expect(await whispered(bot.world, STUDENT.id)).toContain('“/edit a dog” is a whole command: send /flipside edit');
		await until('the message to go', () => bot.world.shown().length === 0);
		expect(bot.runner.submitted).toEqual([]);
	});

	test('in private for what only the desk can check, and the message is removed', async () => {
		await bot.slack.slash('/flipside', 'generate a dog --model nope');
		const words = await whispered(bot.world, STUDENT.id);
		expect(words).toMatch(/^\/flipside generate a dog.*\nmodel must be .*installed: fake-if, fake-xl/);
		await until('the message to go', () => bot.world.shown().length === 0);
		expect(bot.runner.submitted).toEqual([]);
	});

	test.each([
		['whose command is gone', { private_metadata: JSON.stringify({ command: 'paint', channel: CHANNEL, files: {} }) }],
		['without a field that is now required', { blocks: [] }],
	])('in private for a form of an older version %s', async (_, older) => {
		const view = { ...(await form('edit')), ...older };
		expect(await bot.slack.submit(view, {})).not.toHaveProperty('errors');
		expect(await whispered(bot.world, STUDENT.id)).toBe('This form is too old. Open it again.');
		expect(bot.log.error).not.toHaveBeenCalled();
	});

	test('in private if the form came too late', async () => {
		bot.world.triggerMs = -1;
		await bot.slack.slash('/flipside', 'generate');
		expect(await whispered(bot.world, STUDENT.id)).toBe('Slack waited 3 s for the form and gave up; try again.');
	});
});

test('a bare /flipside explains itself in private', async () => {
	await bot.slack.slash('/flipside');
	expect(await whispered(bot.world, STUDENT.id)).toContain('/flipside anagram:');
	expect(bot.world.shown().map(wordsOf)).toEqual([]);
});
