import { beforeEach, expect, test } from 'vitest';
import { PromptFileStore } from '../../../src/store/prompt-files.ts';
import { RequestStore } from '../../../src/store/requests.ts';

let requests: RequestStore;
let files: PromptFileStore;
beforeEach(() => {
	requests = new RequestStore();
	files = new PromptFileStore(requests.database);
});

const blob = (digit: string) => digit.repeat(64);
const file = (name: string, digit: string, prompts = ['', 'a dog']) => ({ name, blob: blob(digit), width: 8, prompts });

test('everybody has their own files, newest first, one per name', () => {
	files.put('test:ann', file('a.pth', 'a'), 1);
	files.put('test:ann', file('b.pth', 'b'), 2);
	files.put('test:bob', file('a.pth', 'c'), 3);
	expect(files.of('test:ann')).toEqual([file('b.pth', 'b'), file('a.pth', 'a')]);
	files.put('test:ann', file('a.pth', 'd', ['a cat']), 4);
	expect(files.of('test:ann')).toEqual([file('a.pth', 'd', ['a cat']), file('b.pth', 'b')]);
	files.remove('test:ann', 'a.pth');
	expect(files.of('test:ann')).toEqual([file('b.pth', 'b')]);
	expect(files.of('test:bob')).toEqual([file('a.pth', 'c')]);
});

test('the bytes are needed by everybody who keeps them, and by open requests', () => {
	const [ann, bob] = ['ann', 'bob'].map((name) => ({ id: `test:${name}`, name, staff: false }));
	const options = { file: { blob: blob('a'), name: 'a.pth' } };
	const asked = { command: 'prompts', options, owner: ann } as const;
	const needed = () => files.needs(blob('a'), { id: 'me', owner: ann });
	requests.add({ ...asked, id: 'over', state: 'done', ended: 1 });
	requests.add({ ...asked, id: 'me', state: 'running' });
	expect(needed()).toBe(false);
	for (const other of [{ state: 'waiting' }, { state: 'done', owner: bob }] as const) {
		requests.add({ ...asked, id: 'other', ...other });
		expect(needed()).toBe(true);
		requests.delete('other');
		expect(needed()).toBe(false);
	}
	files.put('test:bob', file('same.pth', 'a'));
	expect(needed()).toBe(true);
	// The last request that names it does not remove it either.
	requests.delete('me');
	expect(requests.delete('over')).toEqual([]);
});

test('a file that no job has used for a long time is forgotten', () => {
	files.put('test:ann', file('old.pth', 'a'), 1);
	files.put('test:ann', file('used.pth', 'b'), 2);
	files.used('test:ann', [blob('b')], 20);
	files.used('test:bob', [blob('a')], 20);
	files.forgetUnused(10);
	expect(files.of('test:ann')).toEqual([file('used.pth', 'b')]);
});
