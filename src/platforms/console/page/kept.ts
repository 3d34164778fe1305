/** Stores values for this tab in the browser, files included. They survive a reload and Back. */

const STORE = 'kept';

/** How long the values of closed tabs are kept, in milliseconds. */
const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;

interface Entry {
	readonly value: unknown;
	readonly time: number;
}

const tab = ownTab();

function ownTab(): string {
	const known = sessionStorage.getItem('tab');
	if (known) return known;
	const fresh = crypto.randomUUID();
	sessionStorage.setItem('tab', fresh);
	return fresh;
}

let opening: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
	opening ??= new Promise((resolve, reject) => {
		const request = indexedDB.open('flipside', 1);
		request.onupgradeneeded = () => request.result.createObjectStore(STORE);
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
	return opening;
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
	const request = act((await database()).transaction(STORE, mode).objectStore(STORE));
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

/** Does nothing if the browser stores nothing, as in some private windows. */
export async function keep(name: string, value: unknown): Promise<void> {
	const entry: Entry = { value, time: Date.now() };
	await inStore('readwrite', (store) => store.put(entry, `${tab} ${name}`)).catch(() => {});
}

/** The value that this tab stored last under the name. */
export async function kept<T>(name: string): Promise<T | undefined> {
	const entry = await inStore<Entry | undefined>('readonly', (store) => store.get(`${tab} ${name}`)).catch(
		() => undefined,
	);
	return entry?.value as T | undefined;
}

/** Removes the values of tabs that were closed long ago. */
export async function forgetOld(): Promise<void> {
	const oldest = Date.now() - MAX_AGE_MS;
	const store = (await database()).transaction(STORE, 'readwrite').objectStore(STORE);
	const request = store.openCursor();
	request.onsuccess = () => {
		const cursor = request.result;
		if (!cursor) return;
		if ((cursor.value as Entry).time < oldest) cursor.delete();
		cursor.continue();
	};
}
