import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import type { CommandContext } from '../../commands/lib/command.ts';
import { wordingIn } from '../../commands/lib/wording.ts';
import { FLOW_SAMPLER_NAMES, SAMPLER_NAMES } from '../../gpu/jobs/index.ts';
import { render } from '../../src/platforms/discord/render.ts';

/** The text of /help. `canAsk` is true in a chat, false on the command line. */
const help = async (command: string, canAsk = true) => {
	const found = commands.find(({ name }) => name === 'help');
	if (!found) throw new Error('no /help');
	return (await found.run({ command }, { canAsk, wording: wordingIn(commands) } as CommandContext)).text;
};

describe('help', () => {
	it('lists every command with a sentence', async () => {
		const lines = (await help('')).split('\n');
		const alone = commands.map(({ name }) => name).filter((name) => !name.includes(' '));
		const heads = lines.map((line) => line.split(':')[0]);
		expect(heads).toEqual(expect.arrayContaining(alone.map((name) => `/${name}`)));
		expect(heads).toContain('/words add, remove, list');
		for (const line of lines) expect(line).toMatch(/[^.…][.…]$/);
	});

	it('lists and explains the verbs of a command', async () => {
		const verbs = (await help('words')).split('\n');
		expect(verbs.map((line) => line.split(':')[0])).toEqual(['/words add', '/words remove', '/words list']);
		expect(await help('/words add')).toContain('\nword (required): ');
		await expect(help('words ad')).rejects.toThrow('/words has no verb "ad" (did you mean "add"?); its verbs are');
	});

	it('gives the values of an option, whether it is required, and its default', async () => {
		const page = await help('anagram');
		expect(page).toContain("\nprompt (default the model's own): What it shows upright.");
		expect(await help('edit')).toContain('\nimage (required; a picture or its address): ');
		expect(page).toContain('\ntries (1 to 16; default 1): ');
		expect(page).toContain('; default flip): ');
		expect(await help('course')).toContain('; default all): ');
	});

	it('explains an option and its choices', async () => {
		const page = (await help('sampler')).split('\n');
		expect(page.join()).not.toContain('see ');
		expect(page[0]).toContain(`sampler (auto, ${SAMPLER_NAMES.join(', ')}; default auto): `);
		expect(page[0]).toMatch(/ In \/generate, .*\/anagram/);
		expect(page[1]).toMatch(/; default course\): .* In \/edit, /);
		expect(page).toContainEqual(
			expect.stringMatching(/^sampler \(euler, heun; default euler\): .* In \/mnist sample, /),
		);
		const meanings = ['auto', ...SAMPLER_NAMES, ...FLOW_SAMPLER_NAMES];
		expect(page.slice(-meanings.length).map((line) => line.split(':')[0])).toEqual(meanings);
		await expect(help('sampel')).rejects.toThrow('no command "sampel"');
	});

	it('lists the command line’s own options only there', async () => {
		const line = '\nembeddings (a .pth or .safetensors file): Prompt embeddings';
		expect(await help('generate', false)).toContain(line);
		expect(await help('generate')).not.toContain('embeddings');
		expect(await help('embeddings', false)).toMatch(/^embeddings .* In \/generate, /);
		await expect(help('embeddings')).rejects.toThrow('no command "embeddings"');
	});

	it.each(commands.map(({ name }) => name))('fits the help for /%s into one Discord message', async (name) => {
		const text = await help(name);
		const view = { requestId: 'x', title: '', text, state: 'done', figures: [], buttons: [], personal: true } as const;
		const { content } = render(view).body;
		expect(content?.replaceAll('\\', '')).toBe(text);
	});
});
