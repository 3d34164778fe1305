/** Presses every button of every command's results, and the buttons of their results in turn. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RawOptions } from '../../../commands/lib/options.ts';
import type { MessageView } from '../../../src/desk/view.ts';
import { render } from '../../../src/platforms/discord/render.ts';
import { bands } from '../../fakes/fake-runner.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';

const user = { id: 'u', name: 'Ada', staff: false };
let made: MadeDesk;
let image: { blob: string; name: string };

beforeAll(async () => {
	made = await makeDesk();
	made.runner.steps = 1;
	image = { blob: await made.blobs.put(await bands(1, 1)), name: 'sketch.png' };
});
afterAll(() => made.close());

/** Animations are slow to draw and have their own tests. */
const SLOW = new Set(['anagram:animate', 'hybrid:animate']);

/** The commands that buttons lead to. */
const LEADS_TO: Readonly<Record<string, string>> = { upscale: 'upscale', vary: 'edit' };

/** The view that a button leads to; undefined for buttons that lead elsewhere. */
async function press(id: string): Promise<MessageView | undefined> {
	const outcome = await made.desk.press(id, user);
	if (outcome.type === 'request') return outcome.open(() => {});
	if (outcome.type === 'delete') return undefined;
	if (outcome.type === 'form' && (/^v1:settings:/.test(id) || ['edit', 'inpaint'].includes(outcome.command)))
		return undefined;
	if (outcome.type === 'whisper' && /:(details|report):/.test(id)) return undefined;
	throw new Error(`${id}: ${JSON.stringify(outcome)}`);
}

/** Checks that a result names its seed and is within Discord's limits. */
function check(view: MessageView): void {
	expect(view).toMatchObject({ state: 'done' });
	expect(view.buttons.length).toBeLessThanOrEqual(25);
	for (const { id, label } of view.buttons) {
		expect(id.length).toBeLessThanOrEqual(100);
		expect(label.length).toBeLessThanOrEqual(80);
	}
	for (const { alt } of view.figures) expect(alt).toMatch(/seed \d+/);
	expect(view.text).toMatch(/seed \d+/);
	const { body, files } = render(view);
	expect(files).toHaveLength(view.figures.length);
	expect(body.content).not.toMatch(/…$/);
}

/** Follows the buttons of a result and of its results, each kind once, and returns what was pressed. */
async function follow(command: string, first: MessageView): Promise<string[]> {
	const pressed = new Set<string>();
	const open = [{ command, view: first }];
	for (let next = open.shift(); next; next = open.shift()) {
		check(next.view);
		for (const { id } of next.view.buttons) {
			const [, action, , index = ''] = id.split(':');
			const kind = `${next.command}:${action}${index && `:${index}`}`;
			if (pressed.has(kind) || action === 'delete' || SLOW.has(`${next.command}:${action}`)) continue;
			pressed.add(kind);
			const view = await press(id);
			if (view) open.push({ command: LEADS_TO[action] ?? next.command, view });
		}
	}
	return [...pressed];
}

const prompts = { prompt: 'an old man', prompt2: 'a campfire' };
const three = { ...prompts, prompt3: 'a dog' };

test.each<[string, () => RawOptions, string[]]>([
	['generate', () => ({ count: 3 }), ['show:2', 'upscale:2', 'sheet', 'vary:2', 'settings']],
	['noise', () => ({ image, t: '1,2,3,4,5,6,7,8,9' }), ['show:8', 'sheet']],
	['denoise', () => ({ image }), ['show:4', 'sheet', 'animate']],
	['edit', () => ({ image, start: '5,10' }), ['show:1', 'upscale:1', 'sheet']],
	['inpaint', () => ({ image, region: '0,0,0.5,0.5', size: 'model', count: 2 }), ['show:1', 'upscale:1', 'sheet']],
	['inpaint', () => ({ image, region: '0,0,0.5,0.5', count: 2 }), ['show:1', 'use:1', 'inpaint:1', 'sheet']],
	['anagram', () => ({ ...prompts }), ['flip:0', 'flip:1', 'upscale:0']],
	['anagram', () => ({ ...three, view: 'flip,jigsaw', tries: 2 }), ['show:1', 'flip:5', 'upscale:1', 'sheet']],
	['hybrid', () => ({ ...prompts, tries: 5 }), ['show:3', 'upscale:3', 'sheet']],
	['hybrid', () => ({ ...three, kind: 'triple' }), ['upscale:0']],
	['hybrid', () => ({ prompt: 'a dog', reference: image, kind: 'color' }), ['upscale:0']],
])('the buttons of /%s work', async (command, options, expected) => {
	const { view } = await made.desk.open({ command, options: { seed: 5, ...options() }, user });
	const pressed = await follow(command, view);
	expect(pressed).toEqual(expect.arrayContaining([...expected, 'again'].map((press) => `${command}:${press}`)));
	expect(made.log.error).not.toHaveBeenCalled();
});

test('the buttons of a whole inpainted picture do not use its middle square', async () => {
	const options = { seed: 5, image, region: '0,0,0.5,0.5' };
	const { view } = await made.desk.open({ command: 'inpaint', options, user });
	const actions = view.buttons.map(({ id }) => id.split(':')[1]);
	expect(actions).toEqual(expect.arrayContaining(['again', 'use', 'inpaint']));
	expect(actions).not.toEqual(expect.arrayContaining(['upscale']));
	expect(actions).not.toEqual(expect.arrayContaining(['vary']));
});
