/** The token that says who is downloading. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { HubAccess } from '../../base/config.ts';

/**
 * The token from the configuration, or else the one that the hub's own program keeps when somebody logs in.
 *
 * @throws {UserError} for one that no header can carry; the message does not repeat it
 */
export function readToken({ token, home }: Pick<HubAccess, 'token' | 'home'>): string | undefined {
	const file = home && join(home, 'token');
	const found = token?.trim() || (file && textOf(file)?.trim());
	if (!found) return undefined;
	// An error about a header would quote it.
	if (/^[\x21-\x7e]+$/.test(found)) return found;
	throw new UserError(`${token?.trim() ? 'HF_TOKEN' : file} holds characters that no token has; copy the token again.`);
}

function textOf(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return undefined;
	}
}
