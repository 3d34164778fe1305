/** Discord's gateway: hello, identify or resume, heartbeats, and the events that the fake sends. */
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { APPLICATION, type World } from './world.ts';

export class Gateway {
	/** How often a client resumed a dropped session. */
	resumes = 0;
	/** The intents of the last client. */
	intents: number | undefined;
	readonly #sockets = new Set<WebSocket>();
	readonly #server: WebSocketServer;
	#sequence = 0;

	constructor(server: Server, origin: () => string, world: World) {
		this.#server = new WebSocketServer({ server });
		this.#server.on('connection', (socket) => {
			this.#sockets.add(socket);
			socket.on('close', () => this.#sockets.delete(socket));
			socket.on('message', (bytes) => this.#hear(socket, JSON.parse(String(bytes)), origin(), world));
			socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 } }));
		});
	}

	dispatch(type: string, data: object): void {
		for (const socket of this.#sockets) this.#dispatchTo(socket, type, data);
	}

	/** Tests replace this to make the gateway reject a token that the HTTP API accepts. */
	admits(token: string | undefined, world: World): boolean {
		return token === world.botToken;
	}

	/** Drops every connection, like a network failure. */
	drop(): void {
		for (const socket of this.#sockets) socket.terminate();
	}

	close(): void {
		this.drop();
		this.#server.close();
	}

	#dispatchTo(socket: WebSocket, type: string, data: object): void {
		this.#sequence += 1;
		socket.send(JSON.stringify({ op: 0, s: this.#sequence, t: type, d: data }));
	}

	#hear(socket: WebSocket, { op, d }: { op: number; d: never }, origin: string, world: World): void {
		const { token, intents } = (d ?? {}) as { token?: string; intents?: number };
		if (op === 1) socket.send(JSON.stringify({ op: 11 }));
		if (op !== 2 && op !== 6) return;
		if (!this.admits(token, world)) socket.close(4004, 'Authentication failed.');
		else if (op === 6) this.#resume(socket);
		else this.#identify(socket, intents, origin);
	}

	#resume(socket: WebSocket): void {
		this.resumes += 1;
		this.#dispatchTo(socket, 'RESUMED', {});
	}

	#identify(socket: WebSocket, intents: number | undefined, origin: string): void {
		this.intents = intents;
		this.#dispatchTo(socket, 'READY', {
			v: 10,
			user: { id: APPLICATION, username: 'flipside', discriminator: '0000', bot: true, avatar: null },
			// Empty without the intent for guilds.
			guilds: [],
			session_id: 'session',
			resume_gateway_url: origin.replace('http', 'ws'),
			application: { id: APPLICATION, flags: 0 },
			shard: [0, 1],
		});
	}
}
