/** A Redis server of a test's own, on a free port, with its files in a temporary folder. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The server's program; undefined if none is installed. */
const PROGRAM = ['redis-server', 'valkey-server'].find((name) => {
	try {
		execFileSync(name, ['--version'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
});

/** Why tests that need a server are skipped; undefined if they run. */
export const NO_REDIS = PROGRAM ? undefined : 'skipped: neither redis-server nor valkey-server is installed';

export interface RedisOptions {
	/** More options of the server, such as ['--requirepass', 'secret']. */
	readonly options?: readonly string[];
	/** The address that it is at. Default: 127.0.0.1 */
	readonly host?: string;
	/** The network namespace that it is in. Default: the test's own */
	readonly namespace?: string;
}

export class RedisServer {
	readonly url: string;
	readonly #folder = mkdtempSync(join(tmpdir(), 'flipside-redis-'));
	readonly #command: readonly string[];
	#process: ChildProcess | undefined;

	private constructor(port: number, { options = [], host = '127.0.0.1', namespace }: RedisOptions) {
		const within = namespace ? ['ip', 'netns', 'exec', namespace] : [];
		const place = ['--port', String(port), '--bind', host, '--protected-mode', 'no', '--dir', this.#folder];
		const safe = ['--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
		this.#command = [...within, PROGRAM as string, ...place, ...safe, ...options];
		this.url = `redis://${host}:${port}`;
	}

	static async start(options: RedisOptions = {}): Promise<RedisServer> {
		const server = new RedisServer(await freePort(), options);
		await server.begin();
		return server;
	}

	/** Starts it again after `kill`, with what it has written. */
	async begin(): Promise<void> {
		const [program, ...args] = this.#command;
		const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
		this.#process = child;
		// A test that fails may not come to the end of its server.
		const killAtExit = () => child.kill('SIGKILL');
		process.once('exit', killAtExit);
		child.once('exit', () => process.off('exit', killAtExit));
		for await (const line of createInterface({ input: child.stdout })) {
			if (line.includes('Ready to accept connections')) break;
		}
		child.stdout.resume();
	}

	async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
		const child = this.#process;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const gone = once(child, 'exit');
		child.kill(signal);
		await gone;
	}

	/** Ends it and deletes its files. */
	async close(): Promise<void> {
		await this.kill();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, 'close');
	return port;
}
