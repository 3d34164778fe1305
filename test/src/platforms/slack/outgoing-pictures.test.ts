import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Figure } from '../../../../commands/lib/command.ts';
import { bands } from '../../../fakes/fake-runner.ts';
import { type Bot, finished, picturesOf, startBot } from './bot.ts';

let bot: Bot;

beforeAll(async () => {
	bot = await startBot();
});
afterAll(() => bot.stop());

test('WebP, which Slack cannot show, becomes PNG, or GIF if animated', async () => {
	const frames = await Promise.all([bands(1, 1), bands(2, 1)]);
	const still = await sharp(frames[0]).webp().toBuffer();
	const moving = await sharp(frames, { join: { animated: true } })
		.webp({ delay: [100, 100] })
		.toBuffer();
	const figure = (bytes: Uint8Array, filename: string): Figure => {
		return { bytes, type: 'image/webp', width: 32, height: 32, alt: 'x'.repeat(1500), filename };
	};
	const figures = [figure(still, 'still.webp'), figure(moving, 'moving.webp')];
	const view = {
		requestId: 'r1',
		state: 'done',
		title: '',
		text: 'Done.',
		figures,
		buttons: [],
		personal: false,
	} as const;
	vi.spyOn(bot.desk, 'open').mockResolvedValueOnce({ view, record: undefined });
	await bot.slack.slash('/flipside', 'generate a dog');
	const pictures = picturesOf(bot.world, await finished(bot.world, /Done/));
	expect(pictures.map(({ file }) => file.name)).toEqual(['still.png', 'moving.gif']);
	const kinds = await Promise.all(pictures.map(({ file }) => sharp(file.bytes).metadata()));
	expect(kinds).toMatchObject([
		{ format: 'png', width: 32 },
		{ format: 'gif', pages: 2, width: 32 },
	]);
	expect(pictures[0].alt).toHaveLength(1500);
	// A file with alt text may be accepted but not shared.
	expect(pictures[0].file.altText).toBeUndefined();
});
