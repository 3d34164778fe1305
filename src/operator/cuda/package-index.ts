/** The Python package index: which wheels there are. Source: PEP 503, 691 (JSON) and 700 (sizes). */
import * as z from 'zod';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { Checked } from '../download/checksum.ts';
import { isNoAnswer, whyNoAnswer } from '../download/explain.ts';
import { proxiedFetch } from '../download/proxied-fetch.ts';

export interface Wheel extends Checked {
	/** "nvidia_cublas-13.1.0.3-py3-none-manylinux_2_27_x86_64.whl" */
	readonly name: string;
	readonly url: string;
}

const pageSchema = z.object({
	files: z.array(
		z.object({
			/** It becomes a file's name here. */
			filename: z.string().regex(/^[\w.+-]+$/),
			url: z.string(),
			size: z.int().min(0).optional(),
			hashes: z.object({ sha256: z.string().optional() }),
			yanked: z.union([z.boolean(), z.string()]).optional(),
		}),
	),
});

const LISTING_MS = 60_000;

/** The index's address without its user and password. */
export function shown(index: string): string {
	const url = new URL(index);
	[url.username, url.password] = ['', ''];
	return url.href.replace(/\/$/, '');
}

/** As proxiedFetch; the user and password in the index's address go to the index itself and to nobody else. */
export function fetchFrom(index: string): typeof fetch {
	const { username, password, origin } = new URL(index);
	const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
	return async (input, init = {}) => {
		const url = new URL(input instanceof Request ? input.url : input);
		const headers = new Headers(init.headers);
		headers.set('User-Agent', 'flipside');
		if (username !== '' && url.origin === origin) headers.set('Authorization', `Basic ${basic}`);
		return proxiedFetch(url, { ...init, headers });
	};
}

/** Which release of a project: this one, or the newest whose version starts with a number. */
export type Release = { readonly version: string } | { readonly major: number };

/** How the index names this machine's processor. */
const MACHINES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * The wheel of a project for this Linux machine.
 *
 * @param index address of the index, without a slash at the end
 * @throws {UserError} if there is none, or the index does not answer as one
 */
export async function findWheel(
	index: string,
	project: string,
	release: Release,
	{ arch = process.arch, signal }: { readonly arch?: NodeJS.Architecture; readonly signal?: AbortSignal } = {},
): Promise<Wheel> {
	const { files, base } = await list(index, project, signal);
	const fitting = files
		.filter(({ filename, yanked }) => !yanked && isFor(filename, arch))
		.map((file) => ({ ...file, version: versionOf(file.filename) }))
		// A pre-release has letters.
		.filter(({ version }) => !version.some(Number.isNaN))
		.filter(({ version }) =>
			'version' in release ? version.join('.') === release.version : version[0] === release.major,
		)
		.sort((a, b) => newerFirst(a.version, b.version));
	const found = fitting.find(({ size, hashes }) => size !== undefined && hashes.sha256 !== undefined);
	if (!found) {
		const which = 'version' in release ? release.version : `${release.major}.x`;
		throw new UserError(`The package index ${shown(index)} has no ${project} ${which} for Linux on ${arch}.`);
	}
	const { filename, url, size = 0, hashes } = found;
	return {
		name: filename,
		url: new URL(url, base).href,
		size,
		digest: { sha256: hashes.sha256 ?? '' },
	};
}

/** The files of a project, and the address that theirs are relative to. */
async function list(index: string, project: string, signal?: AbortSignal) {
	const name = `The package index ${shown(index)}`;
	try {
		const limit = AbortSignal.any([AbortSignal.timeout(LISTING_MS), ...(signal ? [signal] : [])]);
		const headers = { Accept: 'application/vnd.pypi.simple.v1+json' };
		const response = await fetchFrom(index)(`${shown(index)}/${project}/`, { headers, signal: limit });
		if (!response.ok) throw new UserError(`${name} answered with status ${response.status}.`);
		return { files: pageSchema.parse(await response.json()).files, base: response.url };
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof UserError) throw error;
		if (isNoAnswer(error)) {
			const sentence = `${name} cannot be reached (${whyNoAnswer(error)}); check the network, HTTPS_PROXY, or PIP_INDEX_URL.`;
			throw new UserError(sentence, { cause: error });
		}
		throw new UserError(`${name} does not answer as one (PEP 691); check PIP_INDEX_URL.`, { cause: error });
	}
}

/** A wheel's name ends with its platforms, joined by dots: "manylinux2014_x86_64.manylinux_2_17_x86_64". */
function isFor(filename: string, arch: NodeJS.Architecture): boolean {
	const platforms = /-([^-]+)\.whl$/.exec(filename)?.[1].split('.') ?? [];
	return platforms.some((platform) => platform.startsWith('manylinux') && platform.endsWith(`_${MACHINES[arch]}`));
}

const versionOf = (filename: string): readonly number[] => (filename.split('-')[1] ?? '').split('.').map(Number);

function newerFirst(a: readonly number[], b: readonly number[]): number {
	const at = a.findIndex((part, i) => part !== b[i]);
	return at === -1 ? 0 : (b[at] ?? -1) - a[at];
}
