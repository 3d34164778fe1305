/** An HTTP proxy on loopback. It leads every tunnel to this machine, whatever host it was asked for. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export class FakeProxy {
	/** Where tunnels were asked to lead, "hub.example:8080". */
	readonly asked: string[] = [];
	/** The header of the last request. */
	authorization: string | undefined;
	/** The status with which tunnels are refused; absent: none is. */
	refusal: string | undefined;
	address = '';
	#server?: Server;

	async start(): Promise<this> {
		const server = createServer();
		server.on('connect', ({ url = '', headers }, client) => {
			this.asked.push(url);
			this.authorization = headers['proxy-authorization'];
			if (this.refusal) return client.end(`HTTP/1.1 ${this.refusal}\r\n\r\n`);
			const target = connect(Number(new URL(`http://${url}`).port), '127.0.0.1', () => {
				client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
				client.pipe(target).pipe(client);
			});
			for (const socket of [client, target]) {
				socket.on('error', () => {
					client.destroy();
					target.destroy();
				});
			}
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		this.#server = server;
		return this;
	}

	close(): void {
		this.#server?.closeAllConnections();
		this.#server?.close();
	}
}
