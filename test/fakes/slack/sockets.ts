/** The server side of Socket Mode: hello, envelopes, acknowledgements, and requests to reconnect. */
import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { APP, type World } from './world.ts';

export class Sockets {
	/** How often a client has connected. */
	connections = 0;
	/** The open connections with their apps. */
	readonly #open = new Map<WebSocket, string | null>();
	readonly #server: WebSocketServer;
	/** Without a limit, because every pending delivery also listens for errors. */
	readonly #acknowledged = new EventEmitter().setMaxListeners(0);
	#envelopes = 0;

	readonly #world: Pick<World, 'ackMs'>;

	constructor(server: Server, world: Pick<World, 'ackMs'>) {
		this.#world = world;

		this.#server = new WebSocketServer({ server, path: '/link' });
		this.#server.on('connection', (socket, { url = '' }) => {
			const app = new URL(url, 'ws://slack').searchParams.get('app');
			this.connections += 1;
			this.#open.set(socket, app);
			socket.on('close', () => this.#open.delete(socket));
			socket.on('message', (bytes) => {
				const { envelope_id, payload } = JSON.parse(String(bytes));
				this.#acknowledged.emit(envelope_id, payload ?? {});
			});
			socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: app } }));
		});
	}

	get connected(): boolean {
		return this.#open.size > 0;
	}

	/** Resolves with the client's acknowledgement; rejects if none comes in time. */
	async deliver(type: string, payload: object): Promise<Record<string, unknown>> {
		this.#envelopes += 1;
		const envelope_id = `envelope-${this.#envelopes}`;
		const answer = once(this.#acknowledged, envelope_id, { signal: AbortSignal.timeout(this.#world.ackMs) });
		const envelope = { envelope_id, type, payload, accepts_response_payload: type !== 'events_api' };
		for (const [socket, app] of this.#open) if (app === APP) socket.send(JSON.stringify(envelope));
		const [payloadBack] = await answer;
		return payloadBack;
	}

	/** Asks clients to reconnect, as Slack does every few hours. */
	refresh(): void {
		for (const socket of this.#open.keys())
			socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
	}

	/** Drops every connection, like a network failure. */
	drop(): void {
		for (const socket of this.#open.keys()) socket.terminate();
	}

	close(): void {
		this.drop();
		this.#server.close();
	}
}
