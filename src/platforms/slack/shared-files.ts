/** Fetches files that people send in Slack, with the bot's token. */
import { shorten } from '../../../commands/lib/shorten.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { unlessAborted } from '../../base/unless-aborted.ts';
import { download, tooLarge } from '../../uploads/download.ts';
import type { Incoming } from '../../uploads/incoming.ts';
import { MAX_UPLOAD_BYTES } from '../../uploads/limits.ts';
import type { FetchedFile } from '../../uploads/reader-protocol.ts';
import type { Api } from './api.ts';
import { sentenceFor } from './api-errors.ts';

/** What a message or form says about a file; in shared channels only its id. */
export interface SharedFile {
	readonly id: string;
	readonly name?: string | null;
	readonly mimetype?: string;
	readonly size?: number;
	readonly url_private?: string;
}

export interface FileSource {
	readonly api: Api;
	/** The origins that files may come from. */
	readonly origins: ReadonlySet<string>;
}

const LABEL = 80;

export const labelOf = ({ name }: SharedFile) => shorten(name ?? '', LABEL) || 'the file';

/** Whether a file may be a picture; only its bytes can prove it. */
export const looksLikePicture = ({ mimetype }: SharedFile) => !mimetype || mimetype.startsWith('image/');

export const notAPicture = (file: SharedFile) =>
	`${labelOf(file)} is not a picture; send a PNG, JPEG, WebP, GIF or AVIF picture.`;

/**
 * What Slack knows about a file, looked up if only its id was given.
 *
 * @param signal aborted when nobody is waiting for it any more
 * @throws {UserError} when the bot cannot see it
 */
export async function identified(shared: SharedFile, api: Api, signal?: AbortSignal): Promise<SharedFile> {
	return shared.url_private ? shared : unlessAborted(signal, lookUp(shared, api));
}

export const incomingShared = (shared: SharedFile, source: FileSource): Incoming => ({
	name: labelOf(shared),
	fetch: (signal) => fetchShared(shared, source, signal),
});

/** @throws {UserError} when it is too large, or cannot be fetched */
async function fetchShared(
	shared: SharedFile,
	{ api, origins }: FileSource,
	signal: AbortSignal | undefined,
): Promise<FetchedFile> {
	const file = await identified(shared, api, signal);
	const label = labelOf(file);
	if ((file.size ?? 0) > MAX_UPLOAD_BYTES) throw tooLarge(label);
	if (!file.url_private) throw new UserError(`${label} is no longer in Slack; upload it again.`);
	const bytes = await download({
		url: file.url_private,
		origins,
		label,
		platform: 'Slack',
		headers: { authorization: `Bearer ${api.token}` },
		check: (response) => refuseLoginPage(response, file),
		signal,
	});
	return { bytes, name: file.name ?? '' };
}

async function lookUp(shared: SharedFile, api: Api): Promise<SharedFile> {
	try {
		const { file } = await api.swift.files.info({ file: shared.id });
		return { ...shared, ...(file as SharedFile | undefined) };
	} catch (error) {
		throw new UserError(sentenceFor(error) ?? `The bot cannot see ${labelOf(shared)}; ${REMEDY}`);
	}
}

const REMEDY =
	'it needs the scope files:read and must be in the channel where the file was sent: invite it there with /invite.';

/**
 * If a token lacks the scope, Slack returns its login page as if all were well (vercel/eve#1531), or redirects there.
 */
function refuseLoginPage({ status, headers }: Response, file: SharedFile): void {
	const page = headers.get('content-type')?.startsWith('text/html') && file.mimetype !== 'text/html';
	const sentThere = status >= 300 && status < 400;
	if (!page && !sentThere) return;
	throw new UserError(`Slack gave the bot its login page instead of ${labelOf(file)}; ${REMEDY}`);
}
