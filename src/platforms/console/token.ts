/** The secret that the console's page shows to be let in: other accounts of this machine reach its port too. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Visitor } from './people.ts';
import { TOKEN } from './settings.ts';

/** Below DATA_DIR. */
export const TOKEN_FILE = 'console-token';

/** How long a browser stays signed in, in seconds. */
const COOKIE_AGE = 30 * 24 * 60 * 60;

/** The token of a data directory: drawn once, so that the address of a console outlives the bot. */
export async function keptToken(dataDir: string): Promise<string> {
	const file = join(dataDir, TOKEN_FILE);
	const kept = (await isPrivate(file)) ? (await readFile(file, 'utf8')).trim() : '';
	if (TOKEN.test(kept)) return kept;
	const drawn = randomBytes(24).toString('base64url');
	await rm(file, { recursive: true, force: true });
	await writeFile(file, `${drawn}\n`, { mode: 0o600, flag: 'wx' });
	return drawn;
}

/** Whether there is a file that nobody else could have read. Windows has other rules than these, and its own for folders. */
async function isPrivate(file: string): Promise<boolean> {
	const there = await stat(file).catch(() => undefined);
	return there?.isFile() === true && (process.platform === 'win32' || (there.mode & 0o077) === 0);
}

/**
 * Lets nobody in without the token: the printed address has it and leaves a cookie, by which everything else is asked for,
 * streams included.
 *
 * @param port the port the console listens on, known once it listens
 */
export function requireToken(token: string, port: () => number): MiddlewareHandler<Visitor> {
	const isStaffs = equalTo(token);
	const isGuests = equalTo(guestToken(token));
	const isRight = (guess: string) => isStaffs(guess) || isGuests(guess);
	return async (c, next) => {
		// Cookies know no ports, and there may be another console on this machine.
		const cookie = `flipside-${port()}`;
		const given = c.req.query('token') ?? '';
		if (c.req.path === '/' && isRight(given)) {
			setCookie(c, cookie, given, { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: COOKIE_AGE });
			// Without the token, which would stand in the history and on every screen that is shared.
			return c.redirect('/', 303);
		}
		const shown = getCookie(c, cookie) ?? '';
		c.set('staff', isStaffs(shown));
		if (isRight(shown)) return next();
		c.header('cache-control', 'no-store');
		return c.req.path === '/' ? c.html(PAGE, 401) : c.json({ error: MISSING }, 401);
	};
}

/** Lets in without the rights of staff: for others at the same console. */
export const guestToken = (token: string): string =>
	createHash('sha256').update(`guest ${token}`).digest('base64url').slice(0, 32);

const MISSING = `Open the console by the address that the bot printed when it started: it ends in ?token=…, and what belongs there is also in the file ${TOKEN_FILE} in DATA_DIR, or in CONSOLE_TOKEN.`;

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Flipside</title><p>${MISSING}</p></html>`;

/** Takes the same time wherever a guess is wrong. */
function equalTo(secret: string): (guess: string) => boolean {
	const hash = (text: string) => createHash('sha256').update(text).digest();
	const right = hash(secret);
	return (guess) => timingSafeEqual(hash(guess), right);
}
