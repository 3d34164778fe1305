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

export class RedisServer {
	readonly port: number;
	readonly #folder = mkdtempSync(join(tmpdir(), 'flipside-redis-'));
	readonly #options: readonly string[];
	#process: ChildProcess | undefined;

	private constructor(port: number, options: readonly string[]) {
		this.port = port;
		this.#options = options;
	}

	/** @param options of the server, such as ['--requirepass', 'secret'] */
	static async start(...options: string[]): Promise<RedisServer> {
		const server = new RedisServer(await freePort(), options);
		await server.begin();
		return server;
	}

	get url(): string {
		return `redis://127.0.0.1:${this.port}`;
	}

	/** Starts it again after `kill`, with what it has written. */
	async begin(): Promise<void> {
		const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
		const safe = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
		const child = spawn(PROGRAM as string, [...own, ...safe, ...this.#options], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		this.#process = child;
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
