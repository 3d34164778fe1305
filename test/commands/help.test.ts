import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../commands/command.ts';
import { commands } from '../../commands/index.ts';
import { render } from '../../src/chat/discord/render.ts';

const help = async (command: string) => {
	const found = commands.find(({ name }) => name === 'help');
	if (!found) throw new Error('no /help');
	return (await found.run({ command }, {} as CommandContext)).text;
};

describe('help', () => {
	it('lists every command, each in a sentence', async () => {
		const lines = (await help('')).split('\n');
		expect(lines.map((line) => line.split(':')[0])).toEqual(commands.map(({ name }) => `/${name}`));
		for (const line of lines) expect(line).toMatch(/[^.…][.…]$/);
	});

	it('says of an option what it takes, whether it must be given and what it is otherwise', async () => {
		const page = await help('anagram');
		expect(page).toContain('\nprompt (required): What it shows upright.');
		expect(page).toContain('\ntries (1 to 16; default 1): ');
		expect(page).toContain('; default flip): ');
		expect(await help('course')).toContain('; default all): ');
	});

	it.each(commands.map(({ name }) => name))('fits the page of /%s into one message of Discord', async (name) => {
		const text = await help(name);
		const view = { requestId: 'x', title: '', text, state: 'done', figures: [], buttons: [], personal: true } as const;
		const { content } = render(view).body;
		expect(content?.replaceAll('\\', '')).toBe(text);
	});
});
