/** Writing to a locked database. */
import { expect, test, vi } from 'vitest';
import { RequestWriter } from '../../../src/desk/request-writer.ts';
import { memoryDatabase } from '../../../src/store/database.ts';
import type { RequestRecord } from '../../../src/store/records.ts';
import type { RequestStore } from '../../../src/store/requests.ts';

test('waiting writes are made in order, even if the first is rejected again', async () => {
	const written: string[] = [];
	let refusals = 2;
	const save = ({ id }: RequestRecord) => {
		if (refusals-- > 0) throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
		written.push(id);
	};
	const writer = new RequestWriter({
		store: { database: memoryDatabase(), save } as unknown as RequestStore,
		log: { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() },
	});
	for (const id of ['first', 'second']) writer.save({ id } as RequestRecord);
	await writer.written();
	expect(written).toEqual(['first', 'second']);
});
