/**
 * Hugging Face's hub as far as a download needs it: a repository's version, its list of files page by page, and their bytes, of
 * which the large ones come from another host. It can be told to fail in every way that networks and hubs do.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative, sep } from 'node:path';

export const COMMIT = '89abcdef01'.repeat(4);

/** Of an account that accepted the licence, and of one that did not. */
export const TOKEN = 'hf_acceptedAcceptedAccepted';
export const STRANGER = 'hf_strangerStrangerStranger';

const FILES_ON_A_PAGE = 4;

interface Seen {
	/** The hub itself, or where it keeps large files. */
	readonly host: 'hub' | 'store';
	readonly path: string;
	readonly range?: string;
	readonly authorization?: string;
}

type Files = Map<string, Buffer>;

export class FakeHub {
	readonly seen: Seen[] = [];
	/** Files by repository. */
	readonly repositories = new Map<string, Files>();
	/** Whether bytes are only for the token. */
	gated = false;
	/** Whether parts of files can be asked for. */
	ranges = true;
	/** Statuses with which the next requests for bytes are answered. */
	readonly statuses: number[] = [];
	/** After how many bytes the next answers with bytes break off. */
	readonly drops: number[] = [];
	/** After these bytes the next answer stays silent. */
	silentAfter: number | undefined;
	/** Paths whose bytes are not those that the list promises. */
	readonly damaged = new Set<string>();
	endpoint = '';
	#store = '';
	readonly #servers: Server[] = [];

	async start(): Promise<this> {
		this.#store = await this.#listen('store', (path, request, response) => this.#bytes(path, request, response));
		this.endpoint = await this.#listen('hub', (path, request, response) => this.#answer(path, request, response));
		return this;
	}

	close(): void {
		for (const server of this.#servers) {
			server.closeAllConnections();
			server.close();
		}
	}

	/** @param folder whose files the repository has */
	add(repository: string, folder: string, more: Readonly<Record<string, string>> = {}): Files {
		const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
		const paths = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
		const files: Files = new Map(
			paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path)]),
		);
		for (const [path, text] of Object.entries(more)) files.set(path, Buffer.from(text));
		this.repositories.set(repository, files);
		return files;
	}

	/** The requests for the bytes of a file. */
	asked(path: string): readonly Seen[] {
		return this.seen.filter((request) => request.path.endsWith(`/${COMMIT}/${path}`));
	}

	async #listen(
		host: Seen['host'],
		answer: (path: string, request: IncomingMessage, response: ServerResponse) => unknown,
	): Promise<string> {
		const server = createServer((request, response) => {
			const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
			const { range, authorization } = request.headers;
			this.seen.push({ host, path, range, authorization });
			answer(path, request, response);
		});
		this.#servers.push(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	}

	#answer(path: string, request: IncomingMessage, response: ServerResponse): unknown {
		const [, repository, what] =
			/^\/api\/models\/([^/]+\/[^/]+)\/(revision\/main|tree\/[0-9a-f]{40})$/.exec(path) ?? [];
		if (what === undefined) return this.#bytes(path, request, response);
		const files = this.repositories.get(repository);
		if (!files) return json(response, 404, { error: 'Repository not found' });
		if (what.startsWith('revision')) {
			const known = { _id: '1', id: repository, private: false, gated: 'auto', likes: 1, downloads: 1 };
			return json(response, 200, { ...known, lastModified: '2024-01-01T00:00:00.000Z', sha: COMMIT });
		}
		const page = Number(new URL(request.url ?? '', 'http://hub').searchParams.get('cursor') ?? 0);
		const entries = [{ type: 'directory', oid: '0'.repeat(40), size: 0, path: 'unet' }, ...[...files].map(entryOf)];
		const next = (page + 1) * FILES_ON_A_PAGE;
		if (next < entries.length) {
			response.setHeader('Link', `<${this.endpoint}${path}?recursive=true&cursor=${page + 1}>; rel="next"`);
		}
		return json(response, 200, entries.slice(page * FILES_ON_A_PAGE, next));
	}

	#bytes(path: string, request: IncomingMessage, response: ServerResponse): unknown {
		const [, repository, name] = /^\/([^/]+\/[^/]+)\/resolve\/[0-9a-f]{40}\/(.+)$/.exec(path) ?? [];
		const content = this.repositories.get(repository)?.get(name);
		if (!content) return json(response, 404, { error: 'Entry not found' });
		const { authorization, host } = request.headers;
		const atHub = this.endpoint.endsWith(`//${host}`);
		if (atHub && this.gated && authorization !== `Bearer ${TOKEN}`) {
			return json(response, authorization ? 403 : 401, { error: `Access to model ${repository} is restricted.` });
		}
		if (atHub && isLarge(name)) {
			return response.writeHead(302, { location: `${this.#store}${path}?signature=secret` }).end();
		}
		const status = this.statuses.shift();
		if (status !== undefined) return json(response, status, { error: 'no' });
		return this.#send(this.damaged.has(name) ? Buffer.alloc(content.length, 'x') : content, request, response);
	}

	#send(content: Buffer, { headers }: IncomingMessage, response: ServerResponse): void {
		const start = this.ranges ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
		const rest = content.subarray(start);
		const partial = start > 0;
		response.writeHead(partial ? 206 : 200, {
			'content-length': rest.length,
			...(partial && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
		});
		const silent = this.silentAfter;
		this.silentAfter = undefined;
		if (silent !== undefined) response.write(rest.subarray(0, silent));
		const drop = silent === undefined ? this.drops.shift() : undefined;
		if (drop !== undefined) response.write(rest.subarray(0, drop), () => setTimeout(() => response.destroy(), 20));
		else if (silent === undefined) response.end(rest);
	}
}

/** Which files the hub keeps elsewhere. */
const isLarge = (path: string) => /\.(safetensors|bin|model)$/.test(path);

function entryOf([path, content]: [string, Buffer]) {
	const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
	const entry = { type: 'file', oid: blob, size: content.length, path };
	if (!isLarge(path)) return entry;
	const sha256 = createHash('sha256').update(content).digest('hex');
	return { ...entry, lfs: { oid: sha256, size: content.length, pointerSize: 130 }, xetHash: sha256 };
}

function json(response: ServerResponse, status: number, body: unknown): ServerResponse {
	return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
