/** Adds requests to the data directory that is its argument, several at a time, and prints the id of each one that is stored. */
import { RequestWriter } from '../../src/desk/request-writer.ts';
import { openStore } from '../../src/store/open.ts';
import type { RequestRecord } from '../../src/store/records.ts';
import { RequestStore } from '../../src/store/requests.ts';

const AT_ONCE = 4;

const { database } = openStore(process.argv[2], true, console.error);
const store = new RequestStore(database);
const ignore = () => {};
const writer = new RequestWriter({ store, log: { error: console.error, warn: ignore, info: ignore, debug: ignore } });
const owner = { id: 'test:ann', name: 'Ann', staff: false };

async function addForever(): Promise<void> {
	for (;;) {
		const record: RequestRecord = { id: store.newId(), command: 'generate', options: {}, owner, state: 'running' };
		await writer.add(record);
		console.log(record.id);
		record.state = 'waiting';
		writer.save(record);
	}
}

await Promise.all(Array.from({ length: AT_ONCE }, addForever));
