/** Where the user's other processes can reach the bot of a data directory. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** macOS has the lowest limit on the path of a socket: 104 bytes, including the zero at its end. */
const MAX_PATH_BYTES = 103;

/** Exactly one of the two is set. */
export interface Address {
	/** The path of a Unix socket, or of a named pipe on Windows. */
	readonly path?: string;
	/** The file that holds the path, when a socket in the data directory would have too long a path. */
	readonly pointer?: string;
}

/** @param dataDir absolute */
export function addressOf(dataDir: string, platform = process.platform): Address {
	if (platform === 'win32') {
		const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
		return { path: `\\\\.\\pipe\\flipside-${name}` };
	}
	const inside = join(dataDir, 'flipside.sock');
	if (Buffer.byteLength(inside) <= MAX_PATH_BYTES) return { path: inside };
	return { pointer: join(dataDir, 'flipside.socket') };
}

/**
 * Makes a new temporary folder that only this user can open, and writes to `pointer` where in it the socket will be.
 *
 * @returns the path for the socket
 */
export function placeSocket(pointer: string): string {
	const path = join(mkdtempSync(join(tmpdir(), 'flipside-')), 'bot.sock');
	writeFileSync(pointer, path, { mode: 0o600 });
	return path;
}

/** Removes what placeSocket made, for this bot or for one that was killed. */
export function removePlace(pointer: string): void {
	if (!existsSync(pointer)) return;
	const path = readFileSync(pointer, 'utf8');
	if (basename(dirname(path)).startsWith('flipside-')) rmSync(dirname(path), { recursive: true, force: true });
	rmSync(pointer, { force: true });
}

/** @returns the path to connect to; undefined if it would be in the pointer file and there is none */
export async function addressToCall(dataDir: string): Promise<string | undefined> {
	const { path, pointer } = addressOf(dataDir);
	if (pointer === undefined) return path;
	return readFile(pointer, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	});
}
