/** The zip of results that the console exports. */
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { console_, freshConsole, url } from './fresh-console.ts';
import { ask, fetch, message } from './harness.ts';

freshConsole();

test('a zip says in its table which pictures are no longer stored, and has the others', async () => {
	const ids: string[] = [];
	for (const line of ['a dog --seed 5', 'a cat --seed 6']) {
		await ask(url, { line });
		await message(url, ({ title, state }) => title === `/generate ${line}` && state === 'done');
	}
	const { results } = await (await fetch(`${url}/api/results`)).json();
	for (const { id } of results) ids.push(id);
	const [{ bytes: lost }] = console_.desk.result('console', ids[1])?.figures ?? [];
	await console_.blobs.remove(lost);
	const headers = { 'content-type': 'application/json' };
	const response = await fetch(`${url}/api/export`, {
		method: 'POST',
		headers,
		body: JSON.stringify({ results: ids }),
	});
	const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
	expect(Object.keys(files)).toEqual(['001-generate-6.png', 'captions.csv']);
	const rows = new TextDecoder().decode(files['captions.csv']).split('\r\n');
	expect(rows[1]).toMatch(/^"001-generate-6.png","\/generate a cat --seed 6","6",/);
	expect(rows[2]).toMatch(/^"","\/generate a dog --seed 5","5",/);
});
