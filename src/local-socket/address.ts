/** Where the bot of a data directory can be called by other processes of the same person. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The shortest limit of all systems for the path of a socket: macOS's 104 bytes with the zero at its end. */
const MAX_PATH_BYTES = 103;

export interface Address {
	/** Of a Unix socket, or, on Windows, of a named pipe. */
	readonly path: string;
	/** The file that holds `path`, where the socket could not lie in the data directory itself. */
	readonly pointer?: string;
}

/** @param dataDir absolute */
export function addressOf(dataDir: string, platform = process.platform): Address {
	const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
	if (platform === 'win32') return { path: `\\\\.\\pipe\\flipside-${name}` };
	const inside = join(dataDir, 'flipside.sock');
	if (Buffer.byteLength(inside) <= MAX_PATH_BYTES) return { path: inside };
	return { path: join(tmpdir(), `flipside-${name}.sock`), pointer: join(dataDir, 'flipside.socket') };
}

/** Where the bot said that it listens, as its folder for temporary files may be another one; undefined when it said nothing. */
export async function addressToCall(dataDir: string): Promise<string | undefined> {
	const { path, pointer } = addressOf(dataDir);
	if (!pointer) return path;
	return readFile(pointer, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	});
}
