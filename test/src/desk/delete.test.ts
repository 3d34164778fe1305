/** Deletes results, and restores them. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ann, bob, button, expectOutcome, messageRefOf, type OpenDesk, openDesk, pressed, tess } from './open-desk.ts';

let open: OpenDesk;
beforeEach(async () => {
	open = await openDesk();
});
afterEach(() => open.close());

const isStored = (blob: string) =>
	open.blobs.get(blob).then(
		() => true,
		() => false,
	);

describe('below a picture', () => {
	test('Delete below a single picture leaves the sheet, its pictures and its buttons', async () => {
		const desk = open.again({ undoMs: 0 });
		const sheet = await open.answer('generate', { count: 2, seed: 5 }, ann, messageRefOf('1'));
		const alone = await pressed(desk, button(sheet, '2'), bob, messageRefOf('2'));
		expect(await desk.press(button(alone, 'Delete'), { ...bob, id: 'test:cy' })).toMatchObject({
			text: 'Only Bob, Ann or staff can delete this.',
		});
		expectOutcome(await desk.press(button(alone, 'Delete'), ann), 'delete');
		await vi.waitFor(() => expect(open.store.deleted()).toEqual([]), { timeout: 10_000 });
		expect(desk.requestAt(messageRefOf('2'))).toBeUndefined();
		expect((await pressed(desk, button(sheet, '2'), bob)).figures).toEqual(alone.figures);
	});

	test('Delete below the sheet leaves single pictures and their buttons', async () => {
		const desk = open.again({ undoMs: 0 });
		const sheet = await open.answer('generate', { count: 2, seed: 5 }, ann, messageRefOf('1'));
		const alone = await pressed(desk, button(sheet, '2'), bob, messageRefOf('2'));
		expectOutcome(await desk.press(button(sheet, 'Delete'), ann), 'delete');
		await vi.waitFor(() => expect(open.store.deleted()).toEqual([]), { timeout: 10_000 });
		expect((await pressed(desk, button(alone, 'All'), bob)).figures).toEqual(sheet.figures);
	});

	test('Delete can be undone for a minute by those who may delete, also after a restart', async () => {
		const view = await open.answer('generate', { seed: 5 }, ann, messageRefOf('1'));
		const { text, buttons } = expectOutcome(await open.desk.press(button(view, 'Delete'), ann), 'delete');
		expect(text).toBe('Deleted. You can undo this for a minute.');
		expect(await open.desk.press(button(view, 'Details'), ann)).toMatchObject({
			text: expect.stringMatching(/too old/),
		});
		expect((await open.answer('queue', { action: 'mine' })).text).toMatch(/^None of your requests/);
		const [{ id, label }] = buttons ?? [];
		expect(label).toBe('Undo');
		const desk = open.again();
		desk.resume([]);
		expect(await desk.press(id, bob)).toMatchObject({ text: 'Only Ann or staff can delete this.' });
		const back = await pressed(desk, id, ann, messageRefOf('2'));
		expect(back).toMatchObject({ requestId: view.requestId, text: view.text, figures: view.figures });
		expect(desk.requestAt(messageRefOf('2'))).toBe(view.requestId);
		expect(await desk.press(id, ann)).toMatchObject({ text: 'This has already been restored.' });
		expectOutcome(await desk.press(button(back, 'Again'), ann), 'request');
	});

	test('Undo pressed twice at once restores one message, and says so in the other', async () => {
		const view = await open.answer('generate', { seed: 5 }, ann, messageRefOf('1'));
		const { buttons } = expectOutcome(await open.desk.press(button(view, 'Delete'), ann), 'delete');
		const undo = async () => expectOutcome(await open.desk.press(buttons?.[0].id ?? '', ann), 'request');
		const [first, second] = await Promise.all([undo(), undo()]);
		expect(await first.open(() => {}, messageRefOf('2'))).toMatchObject({ text: view.text });
		expect(await second.open(() => {}, messageRefOf('3'))).toMatchObject({
			state: 'failed',
			text: 'This has already been restored.',
			personal: true,
		});
		expect(open.desk.requestAt(messageRefOf('2'))).toBe(view.requestId);
		expect(open.desk.requestAt(messageRefOf('3'))).toBeUndefined();
	});

	test('Undo says so if its minute ends between the press and its message', async () => {
		const desk = open.again({ undoMs: 0 });
		const view = await open.answer('generate', { seed: 5 });
		const deleting = expectOutcome(await desk.press(button(view, 'Delete'), ann), 'delete');
		const undo = expectOutcome(await desk.press(deleting.buttons?.[0].id ?? '', ann), 'request');
		await vi.waitFor(() => expect(open.store.deleted()).toEqual([]), { timeout: 10_000 });
		expect(await undo.open(() => {}, messageRefOf('2'))).toMatchObject({
			state: 'failed',
			text: 'The minute is over, so this is permanently deleted.',
			personal: true,
		});
	});

	test('the minute after Delete continues through a restart, then everything is gone', async () => {
		const view = await open.answer('generate', { seed: 5 });
		const { buttons } = expectOutcome(await open.desk.press(button(view, 'Delete'), ann), 'delete');
		const [{ blob }] = open.store.deleted()[0].result?.images ?? [];
		const desk = open.again({ undoMs: 0 });
		desk.resume([]);
		await vi.waitFor(async () => expect(await isStored(blob)).toBe(false), { timeout: 10_000 });
		expect(await desk.press(buttons?.[0].id ?? '', ann)).toMatchObject({
			text: 'The minute is over, so this is permanently deleted.',
		});
	});

	test('Delete also deletes the pictures, except those that other requests need', async () => {
		const desk = open.again({ undoMs: 0 });
		const forgotten = () => vi.waitFor(() => expect(open.store.deleted()).toEqual([]), { timeout: 10_000 });
		const view = await open.answer('generate', { seed: 5 });
		const [{ blob }] = open.store.get(view.requestId)?.result?.images ?? [];
		const shown = open.store.get(view.requestId)?.answer?.figures[0].bytes as string;
		const edited = await open.answer('edit', { image: { blob, name: 'a.png' }, start: '5', seed: 9 });
		expectOutcome(await desk.press(button(view, 'Delete'), tess), 'delete');
		await forgotten();
		await vi.waitFor(async () => expect(await isStored(shown)).toBe(false), { timeout: 10_000 });
		expect(await isStored(blob)).toBe(true);
		expectOutcome(await desk.press(button(edited, 'Delete'), ann), 'delete');
		await forgotten();
		await vi.waitFor(async () => expect(await isStored(blob)).toBe(false), { timeout: 10_000 });
	});
});
