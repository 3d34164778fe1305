import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressOf, addressToCall } from '../../../src/local-socket/address.ts';

const LONG = join('/srv', 'a-folder-with-a-rather-long-name'.repeat(4));

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-address-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('a socket lies in the data directory', () => {
	expect(addressOf('/srv/data', 'linux')).toEqual({ path: '/srv/data/flipside.sock' });
});

test('where its path would be too long for a socket it lies among temporary files, and a file tells where', () => {
	const { path, pointer } = addressOf(LONG, 'linux');
	expect(path).toMatch(/flipside-[0-9a-f]{16}\.sock$/);
	expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
	expect(pointer).toBe(join(LONG, 'flipside.socket'));
	expect(addressOf(`${LONG}2`, 'linux').path).not.toBe(path);
	// Bytes count, not characters.
	expect(addressOf(`/srv/${'ä'.repeat(45)}`, 'linux').pointer).toBeDefined();
});

test('on Windows it is a named pipe', () => {
	expect(addressOf('C:\\data', 'win32').path).toMatch(/^\\\\\.\\pipe\\flipside-[0-9a-f]{16}$/);
});

test('what the file says is believed, as the folder for temporary files may be another one', async () => {
	const deep = join(directory, 'x'.repeat(100));
	expect(await addressToCall(deep)).toBeUndefined();
	await mkdir(deep);
	await writeFile(join(deep, 'flipside.socket'), '/elsewhere/flipside-1.sock');
	expect(await addressToCall(deep)).toBe('/elsewhere/flipside-1.sock');
	expect(await addressToCall('/srv/data')).toBe('/srv/data/flipside.sock');
});
