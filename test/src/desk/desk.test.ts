import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { seedOf } from '../../../gpu/jobs/index.ts';
import { RunnerError } from '../../../gpu/queue/runner.ts';
import type { Desk } from '../../../src/desk/desk.ts';
import type { MessageView } from '../../../src/desk/view.ts';
import type { FakeRunner } from '../../fakes/fake-runner.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';

const ann = { id: 'test:ann', name: 'Ann', staff: false };
const bob = { id: 'test:bob', name: 'Bob', staff: false };
/** Stores a picture, as a platform does. */
const white = { blob: 'f'.repeat(64), name: 'white.png' };
const tess = { id: 'test:tess', name: 'Tess', staff: true };

let made: MadeDesk;
let runner: FakeRunner;
let desk: Desk;

beforeEach(async () => {
	made = await makeDesk();
	({ runner, desk } = made);
});

afterEach(() => made.close());

/** Opens a request and records its views. */
function ask(command: string, options: RawOptions, user = ann) {
	const views: MessageView[] = [];
	return { views, outcome: desk.open({ command, options, user }, (view) => views.push(view)) };
}

const button = (view: MessageView, label: RegExp) => view.buttons.find((candidate) => label.test(candidate.label))!.id;

describe('a request', () => {
	test('is stored and shown as it was read', async () => {
		const { views, outcome } = ask('generate', { prompt: 'a\u200b dog', steps: '５', seed: '７' });
		const { record } = await outcome;
		expect(new Set(views.map(({ title }) => title))).toEqual(new Set(['/generate a dog --seed 7 --steps 5']));
		expect(record?.options).toMatchObject({ prompt: 'a dog', steps: '5', seed: '7' });
	});

	test('takes options from its prompt, and is refused if that is another command', async () => {
		const { record, view } = await ask('generate', { prompt: '/generate a dog —steps ３', seed: 7 }).outcome;
		expect(view.title).toBe('/generate a dog --seed 7 --steps 3');
		expect(record?.options).toEqual({ prompt: 'a dog', seed: 7, steps: '3' });
		const other = await ask('generate', { prompt: '/edit a dog' }).outcome;
		expect(other).toMatchObject({ fault: 'user', view: { state: 'failed', personal: true } });
		expect(other.view.text).toMatch(/^“\/edit a dog” is a whole command: send \/edit by itself/);
		expect(runner.submitted).toHaveLength(1);
	});

	test('says with its result how a file was read', async () => {
		const note = 'loop.gif is animated; its first frame was used.';
		const { view } = await ask('edit', { image: { ...white, name: 'loop.gif', note }, prompt: 'a house' }).outcome;
		expect(view.state).toBe('done');
		expect(view.text).toContain(note);
	});

	test('is found by its new message if it moved, also after its end', async () => {
		const [before, after] = ['1', '2'].map((message) => ({ platform: 'slack', channel: 'slack:C1', message }));
		runner.holdAt = 1;
		const views: MessageView[] = [];
		const request = { command: 'generate', options: {}, user: ann, messageRef: before };
		const outcome = desk.open(request, (view) => views.push(view));
		await vi.waitFor(() => expect(views.at(-1)?.state).toBe('running'), { timeout: 10_000 });
		const { requestId } = views[0];
		desk.moved(requestId, after);
		runner.holdAt = undefined;
		await outcome;
		expect(desk.requestAt(after)).toBe(requestId);
		expect(desk.requestAt(before)).toBeUndefined();
	});

	test('is in the history; one whose picture is gone is in the log', async () => {
		const send = (prompt: string, message: string) => {
			const messageRef = { platform: 'console', channel: 'console', message };
			return desk.open({ command: 'generate', options: { prompt }, user: ann, messageRef });
		};
		const { record: lost } = await send('a dog', '1');
		const { view } = await send('a cat', '2');
		await desk.blobs.remove(lost?.answer?.figures[0].bytes ?? '');
		expect((await desk.history('console', 5)).map((past) => past.view.requestId)).toEqual([view.requestId]);
		const error = expect.objectContaining({ message: expect.stringContaining('no longer stored') });
		const details = { request: lost?.id, error };
		expect(made.log.warn).toHaveBeenCalledWith(details, 'an earlier result could not be shown again');
	});

	test('is shown waiting, running with progress and preview, and done', async () => {
		const { views, outcome } = ask('generate', { prompt: 'a dog', seed: '180' });
		const { view, fault } = await outcome;
		expect(fault).toBeUndefined();
		expect(views.map(({ state }) => state)).toEqual(expect.arrayContaining(['waiting', 'running', 'done']));
		const halfway = views.find(({ progress }) => progress?.done === 2)!;
		expect(halfway.progress).toMatchObject({ done: 2, total: 4 });
		expect((await sharp(halfway.progress!.preview).metadata()).format).toBe('png');
		expect(view).toBe(views.at(-1));
		expect(view.title).toBe('/generate a dog --seed 180');
		expect(view.text).toContain('seed 180');
		expect(view.figures).toHaveLength(1);
		expect(view.figures[0]).toMatchObject({ width: 256, height: 256, filename: 'generate-180.png' });
		expect(view.figures[0].alt).toMatch(/a dog.*seed 180/);
	});

	test('from the command line may have options that chats lack', async () => {
		const options = { prompt: 'a dog', embeddings: { blob: 'e'.repeat(64), name: 'own.pth' } };
		const { view, record } = await ask('generate', options).outcome;
		expect(view.title).toBe('/generate a dog --embeddings own.pth');
		expect(record!.job).toMatchObject({ embeddings: ['e'.repeat(64)] });
		const messageRef = { platform: 'slack', channel: 'slack:C1', message: '1' };
		const { view: refused, fault } = await desk.open({ command: 'generate', options, user: ann, messageRef });
		expect(fault).toBe('user');
		expect(refused.text).toMatch(/^\/generate has no option "embeddings"; its options are prompt, .*, upscale\.$/);
		expect(desk.commands.filter((command) => 'embeddings' in command.options)).toEqual([]);
	});

	test('for several pictures shows a sheet, and has originals with their own seeds', async () => {
		const { view, originals } = await ask('generate', { count: 3, seed: 4294967295 }).outcome;
		expect(view.figures.map(({ filename }) => filename)).toEqual(['generate-4294967295-sheet.png']);
		expect(view.figures[0].alt).toContain('seed 4294967295; seed 0; seed 1');
		const singles = await originals!();
		expect(singles.map(({ filename }) => filename)).toEqual([
			'generate-4294967295.png',
			'generate-0.png',
			'generate-1.png',
		]);
		expect(singles[1].alt).toContain('Picture 2 of 3, in row 1, column 2 of the sheet');
	});

	test('draws a seed and shows it', async () => {
		const { view, record } = await ask('generate', {}).outcome;
		expect(view.text).toContain(`seed ${seedOf(record!.job!)},`);
		expect(record!.options.seed).toBe(seedOf(record!.job!));
	});

	test.each([
		['generate', { seed: 'abc' }, /^seed must be/],
		['generte', {}, /^There is no command "generte" \(did you mean "generate"\?\)/],
	])('with a mistake is rejected in one sentence: /%s %j', async (command, options, sentence) => {
		const { outcome } = ask(command, options as RawOptions);
		const { view, fault, record } = await outcome;
		expect(fault).toBe('user');
		expect(record).toBeUndefined();
		expect(view.state).toBe('failed');
		expect(view.text).toMatch(sentence);
		expect(runner.submitted).toHaveLength(0);
	});

	test.each([
		['denoise', { image: white, kernel: '8' }, /^kernel must be an odd number from 1 to 63/],
		['noise', { image: white, t: '1000' }, /^t must be/],
	])('whose options do not fit its picture is rejected in one sentence: /%s %j', async (command, options, sentence) => {
		const { view, fault } = await ask(command, options as RawOptions).outcome;
		expect([fault, view.state]).toEqual(['user', 'failed']);
		expect(view.text).toMatch(sentence);
		expect(runner.submitted).toHaveLength(0);
	});

	test('that the worker rejects ends with its sentence and whose fault it was', async () => {
		runner.failure = { fault: 'internal', message: 'The inference process died twice.' };
		const { view, fault } = await ask('generate', {}).outcome;
		expect([view.state, view.text, fault]).toEqual(['failed', 'The inference process died twice.', 'internal']);
	});

	test('that hits a bug ends with a sentence, and the log has the bug', async () => {
		vi.spyOn(runner, 'submit').mockImplementation(() => {
			throw new Error('a bug');
		});
		const { view, fault } = await ask('generate', {}).outcome;
		expect(fault).toBe('internal');
		expect(view.text).not.toContain('a bug');
		expect(made.log.error).toHaveBeenCalledOnce();
	});
});

describe('cancelling', () => {
	async function running() {
		runner.holdAt = 1;
		const request = ask('generate', { prompt: 'a dog' });
		await vi.waitFor(() => expect(request.views.at(-1)?.progress?.done).toBe(1), { timeout: 10_000 });
		return { ...request, cancel: button(request.views.at(-1)!, /Cancel/) };
	}

	test('is for the owner and staff; others get a private sentence', async () => {
		const { outcome, cancel } = await running();
		expect(await desk.press(cancel, bob)).toEqual({ type: 'whisper', text: 'Only Ann or staff can cancel this.' });
		expect(await desk.press(cancel, tess)).toMatchObject({ type: 'whisper', text: 'Cancelling.' });
		expect((await outcome).view).toMatchObject({ state: 'cancelled', text: 'Cancelled.' });
		expect(await desk.press(cancel, ann)).toMatchObject({ text: 'This is no longer waiting or running.' });
	});

	test('works through /queue for own jobs only', async () => {
		const { outcome, views } = await running();
		const id = views[0].requestId;
		const waiting = ask('generate', {}, bob);
		await vi.waitFor(() => expect(waiting.views.at(-1)?.state).toBe('waiting'), { timeout: 10_000 });

		const listing = (await ask('queue', {}, bob).outcome).view.text;
		expect(listing).toBe(`${id}: /generate by Ann, running\n${waiting.views[0].requestId}: /generate by you, next`);
		const refused = await ask('queue', { action: 'cancel', job: id }, bob).outcome;
		expect(refused.view.text).toMatch(/^No waiting or running request of yours has the id/);

		const all = await ask('queue', { action: 'cancel' }, bob).outcome;
		expect(all.view.text).toBe(`Cancelled: ${waiting.views[0].requestId}.`);
		expect((await waiting.outcome).view.state).toBe('cancelled');
		await desk.press(button(views.at(-1)!, /Cancel/), ann);
		expect((await outcome).view.state).toBe('cancelled');
	});
});

test('a damaged model is listed and rejected with its problem', async () => {
	runner.damaged = [{ name: 'broken', damage: 'unet/config.json: field "foo" is not known' }];
	expect((await ask('models', {}).outcome).view.text).toContain('broken cannot be used: unet/config.json: field "foo"');
	const { view, fault } = await ask('generate', { model: 'broken' }).outcome;
	expect(fault).toBe('user');
	expect(view.text).toMatch(/^The model "broken" cannot be used: unet\/config.json/);
});

test('the list of models says why there are no devices', async () => {
	runner.reported = [];
	expect((await ask('models', {}).outcome).view.text).toMatch(/\nNo worker is connected; start flipside worker/);
	vi.spyOn(runner, 'devices').mockRejectedValueOnce(new RunnerError('The broker cannot be reached.'));
	expect((await ask('models', {}).outcome).view.text).toMatch(/\nThe broker cannot be reached\.$/);
	runner.reset();
});

test('help explains a command with every option', async () => {
	const { view } = await ask('help', { command: '/generate' }).outcome;
	expect(view.text).toContain('seed (0 to 4294967295): Same seed, same picture');
	expect(view.text).toContain('steps (1 to 1000): ');
	expect((await ask('help', { command: 'genrate' }).outcome).view.text).toMatch(/did you mean "generate"/);
});
