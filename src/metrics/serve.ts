/** Serves the metrics to Prometheus, over HTTP at /metrics. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Log } from '../base/log.ts';
import { portProblem } from '../base/port-problem.ts';

export interface MetricsAddress {
	readonly host: string;
	/** 0: any free port. */
	readonly port: number;
}

/** What sets it. */
export const METRICS_VARIABLES = { variable: 'METRICS_PORT', hostVariable: 'METRICS_HOST' } as const;

export interface MetricsServer {
	/** The port that it listens on. */
	readonly port: number;
	close(): Promise<void>;
}

/** @throws {ConfigError} when the address cannot be used */
export async function serve(
	registry: Pick<Registry, 'metrics' | 'contentType'>,
	{ host, port }: MetricsAddress,
	log: Log,
): Promise<MetricsServer> {
	const server = createServer(async ({ method, url }, response) => {
		if (url?.split('?')[0] !== '/metrics') return response.writeHead(404).end('The metrics are at /metrics.\n');
		if (method !== 'GET' && method !== 'HEAD') return response.writeHead(405, { allow: 'GET, HEAD' }).end();
		try {
			const text = await registry.metrics();
			response.writeHead(200, { 'content-type': registry.contentType }).end(text);
		} catch (error) {
			log.error({ error }, 'the metrics could not be read');
			response.writeHead(500).end('The metrics could not be read; the log says why.\n');
		}
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error) => reject(portProblem({ ...METRICS_VARIABLES, host, port }, error)));
		server.listen(port, host, resolve);
	});
	// The bot may end even if it is still listening.
	server.unref();
	return {
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
