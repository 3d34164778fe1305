/** Hugging Face's hub, or what stands in its place: the files of a repository, and where their bytes are. */
import { listFiles, modelInfo } from '@huggingface/hub';
import * as z from 'zod';
import type { HubAccess } from '../../base/config.ts';
import type { Checked } from '../download/checksum.ts';
import { proxiedFetch } from '../download/proxied-fetch.ts';
import { readToken } from './token.ts';

export interface HubFile extends Checked {
	/** From the repository's root, with forward slashes. */
	readonly path: string;
}

export interface Listing {
	/** The version of the repository. */
	readonly commit: string;
	readonly files: readonly HubFile[];
}

const hash = (characters: number) => z.string().regex(new RegExp(`^[0-9a-f]{${characters}}$`));
const size = z.int().min(0);

const infoSchema = z.object({ sha: hash(40) });
const fileSchema = z
	.object({
		path: z.string().min(1),
		size,
		oid: hash(40),
		lfs: z.object({ oid: hash(64), size }).optional(),
	})
	.transform(({ path, size, oid, lfs }): HubFile => {
		return lfs ? { path, size: lfs.size, digest: { sha256: lfs.oid } } : { path, size, digest: { git: oid } };
	});

/** As long as a listing may take. */
const LISTING_MS = 60_000;

export class Hub {
	readonly endpoint: string;
	readonly hasToken: boolean;
	readonly #token: string | undefined;

	/** @throws {UserError} for a token that cannot be one */
	constructor(access: HubAccess) {
		this.endpoint = access.endpoint;
		this.#token = readToken(access);
		this.hasToken = this.#token !== undefined;
	}

	/** The page where the licence is accepted. */
	licencePage = (repository: string): string => `${this.endpoint}/${repository}`;

	/** Where the bytes of a file are. */
	address(repository: string, commit: string, path: string): string {
		return `${this.endpoint}/${repository}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
	}

	/** As proxiedFetch; nobody but the hub itself gets the token: not what a redirect or a next page leads to. */
	readonly fetch: typeof fetch = async (input, init = {}) => {
		const url = new URL(input instanceof Request ? input.url : input);
		const headers = new Headers(init.headers);
		headers.set('User-Agent', 'flipside');
		if (this.#token !== undefined && url.origin === new URL(this.endpoint).origin) {
			headers.set('Authorization', `Bearer ${this.#token}`);
		}
		return proxiedFetch(url, { ...init, headers });
	};

	/** The files of the newest version. Throws a HubApiError, or what fetch or the schema throws; see explain.ts. */
	async list(repository: string, signal?: AbortSignal): Promise<Listing> {
		const limited = AbortSignal.any([AbortSignal.timeout(LISTING_MS), ...(signal ? [signal] : [])]);
		const common = {
			hubUrl: this.endpoint,
			fetch: ((input, init) => this.fetch(input, { ...init, signal: limited })) as typeof fetch,
		};
		const info = await modelInfo({ ...common, name: repository, revision: 'main', additionalFields: ['sha'] });
		const { sha: commit } = infoSchema.parse(info);
		const files: HubFile[] = [];
		for await (const entry of listFiles({ ...common, repo: repository, revision: commit, recursive: true })) {
			if (entry.type === 'file') files.push(fileSchema.parse(entry));
		}
		return { commit, files };
	}
}
