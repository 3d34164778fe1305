/** Where the bot of a data directory can be called by other processes of the same person. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The shortest limit of all systems for the path of a socket: macOS's 104 bytes with the zero at its end. */
const MAX_PATH_BYTES = 103;

/** Either is there. */
export interface Address {
	/** Of a Unix socket, or, on Windows, of a named pipe. */
	readonly path?: string;
	/** The file that holds the path, where the socket cannot lie in the data directory itself. */
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

/** Makes room for a socket among temporary files: in a folder that nobody else can take first or look into. */
export function placeSocket(pointer: string): string {
	const path = join(mkdtempSync(join(tmpdir(), 'flipside-')), 'bot.sock');
	writeFileSync(pointer, path, { mode: 0o600 });
	return path;
}

/** Takes away what placeSocket made, for this bot or one that was killed. */
export function removePlace(pointer: string): void {
	if (!existsSync(pointer)) return;
	const path = readFileSync(pointer, 'utf8');
	if (basename(dirname(path)).startsWith('flipside-')) rmSync(dirname(path), { recursive: true, force: true });
	rmSync(pointer, { force: true });
}

/** Where the bot said that it listens, as its folder for temporary files may be another one; undefined when it said nothing. */
export async function addressToCall(dataDir: string): Promise<string | undefined> {
	const { path, pointer } = addressOf(dataDir);
	if (pointer === undefined) return path;
	return readFile(pointer, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	});
}
