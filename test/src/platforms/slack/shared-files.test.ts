import { expect, test } from 'vitest';
import type { Api } from '../../../../src/platforms/slack/api.ts';
import { incomingShared } from '../../../../src/platforms/slack/shared-files.ts';

test('a lookup without an answer is dropped as soon as nobody waits for the file', async () => {
	const api = { swift: { files: { info: () => new Promise(() => {}) } } } as unknown as Api;
	const leaving = new AbortController();
	const fetched = incomingShared({ id: 'F01' }, { api, origins: new Set() }).fetch(leaving.signal);
	leaving.abort(new Error('gone'));
	await expect(fetched).rejects.toThrow('gone');
});
