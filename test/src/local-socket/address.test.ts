import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressOf, addressToCall, placeSocket, removePlace } from '../../../src/local-socket/address.ts';

const LONG = join('/srv', 'a-folder-with-a-rather-long-name'.repeat(4));

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-address-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('the socket is in the data directory', () => {
	expect(addressOf('/srv/data', 'linux')).toEqual({ path: '/srv/data/flipside.sock' });
});

test('if its path would be too long, a pointer file says where it is', () => {
	expect(addressOf(LONG, 'linux')).toEqual({ pointer: join(LONG, 'flipside.socket') });
	// The limit is in bytes, not in characters.
	expect(addressOf(`/srv/${'ä'.repeat(45)}`, 'linux').pointer).toBeDefined();
});

test('the pointer leads to a new temporary folder, private to this user, which removePlace removes', async () => {
	const pointer = join(directory, 'flipside.socket');
	const path = placeSocket(pointer);
	expect(await readFile(pointer, 'utf8')).toBe(path);
	expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
	expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
	expect((await stat(pointer)).mode & 0o777).toBe(0o600);
	removePlace(pointer);
	removePlace(pointer);
	expect([existsSync(dirname(path)), existsSync(pointer)]).toEqual([false, false]);
});

test('removePlace removes no other folder that a pointer names', async () => {
	const pointer = join(directory, 'flipside.socket');
	const other = join(directory, 'other');
	await mkdir(other);
	await writeFile(pointer, join(other, 'bot.sock'));
	removePlace(pointer);
	expect(existsSync(other)).toBe(true);
});

test('on Windows the address is a named pipe', () => {
	expect(addressOf('C:\\data', 'win32').path).toMatch(/^\\\\\.\\pipe\\flipside-[0-9a-f]{16}$/);
});

test('addressToCall reads the pointer file', async () => {
	const deep = join(directory, 'x'.repeat(100));
	expect(await addressToCall(deep)).toBeUndefined();
	await mkdir(deep);
	await writeFile(join(deep, 'flipside.socket'), '/elsewhere/flipside-1.sock');
	expect(await addressToCall(deep)).toBe('/elsewhere/flipside-1.sock');
	expect(await addressToCall('/srv/data')).toBe('/srv/data/flipside.sock');
});
