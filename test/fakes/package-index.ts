/** A Python package index as far as `cuda install` needs it, on loopback: pages in JSON (PEP 691), and wheels in ranges. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zipSync } from 'fflate';

export class FakePackageIndex {
	/** Wheels by name. */
	readonly wheels = new Map<string, Buffer>();
	/** Names of wheels whose bytes are not those that the page promises. */
	readonly damaged = new Set<string>();
	/** Names of withdrawn wheels. */
	readonly yanked = new Set<string>();
	/** After how many bytes the next answers with a wheel break off. */
	readonly drops: number[] = [];
	/** The header of the last request. */
	authorization: string | undefined;
	/** The status of every page. */
	status = 200;
	/** Names of the wheels that were asked for, with the ranges. */
	readonly asked: string[] = [];
	address = '';
	#server?: Server;

	async start(): Promise<this> {
		this.#server = createServer((request, response) => this.#answer(request, response));
		await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
		this.address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple`;
		return this;
	}

	close(): void {
		this.#server?.closeAllConnections();
		this.#server?.close();
	}

	/** @param files the archive's files, with their text */
	add(name: string, files: Readonly<Record<string, string>>): void {
		const archive = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
		this.wheels.set(name, Buffer.from(archive));
	}

	#answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
		this.authorization = headers.authorization;
		const [, project] = /^\/simple\/([^/]+)\/$/.exec(url) ?? [];
		if (project) {
			this.#page(project, response);
			return;
		}
		const name = url.split('/').at(-1) ?? '';
		const content = this.wheels.get(name);
		if (!content) return void response.writeHead(404).end();
		const [, from = '0'] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
		this.asked.push(headers.range ? `${name} ${headers.range}` : name);
		const bytes = Buffer.from(content.subarray(Number(from)));
		if (this.damaged.has(name)) bytes[bytes.length - 1] ^= 1;
		const more = { 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` };
		response.writeHead(headers.range ? 206 : 200, headers.range ? more : {});
		const drop = this.drops.shift();
		if (drop === undefined) return void response.end(bytes);
		response.write(bytes.subarray(0, drop), () => response.destroy());
	}

	#page(project: string, response: ServerResponse): void {
		const prefix = `${project.replaceAll('-', '_')}-`;
		const files = [...this.wheels]
			.filter(([name]) => name.startsWith(prefix))
			.map(([filename, content]) => ({
				filename,
				// As on the real index, addresses may be relative and of another path.
				url: `../../files/${filename}`,
				size: content.length,
				hashes: { sha256: createHash('sha256').update(content).digest('hex') },
				yanked: this.yanked.has(filename) && 'broken',
			}));
		response.writeHead(this.status, { 'Content-Type': 'application/vnd.pypi.simple.v1+json' });
		response.end(JSON.stringify({ meta: { 'api-version': '1.1' }, name: project, files }));
	}
}
