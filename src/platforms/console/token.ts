/** The secret that lets a browser into the console, whose port every account on this machine can reach. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Visitor } from './people.ts';
import { TOKEN } from './settings.ts';

/** In DATA_DIR. */
export const TOKEN_FILE = 'console-token';

/** How long a browser stays signed in, in seconds. */
const COOKIE_AGE = 30 * 24 * 60 * 60;

/** The token of a data directory. It is drawn once, so that the console's address stays the same after a restart. */
export async function keptToken(dataDir: string): Promise<string> {
	const file = join(dataDir, TOKEN_FILE);
	const kept = (await isPrivate(file)) ? (await readFile(file, 'utf8')).trim() : '';
	if (TOKEN.test(kept)) return kept;
	const drawn = randomBytes(24).toString('base64url');
	await rm(file, { recursive: true, force: true });
	await writeFile(file, `${drawn}\n`, { mode: 0o600, flag: 'wx' });
	return drawn;
}

/** Whether the file exists and nobody else could have read it. On Windows the mode does not say, so the folder has to protect it. */
async function isPrivate(file: string): Promise<boolean> {
	const there = await stat(file).catch(() => undefined);
	return there?.isFile() === true && (process.platform === 'win32' || (there.mode & 0o077) === 0);
}

/**
 * Lets nobody in without the token. Opening the printed address, which contains it, sets a cookie that every other request needs,
 * including those for event streams.
 *
 * @param port returns the port that the console listens on
 */
export function requireToken(token: string, port: () => number): MiddlewareHandler<Visitor> {
	const isStaffToken = equalTo(token);
	const isGuestToken = equalTo(guestToken(token));
	const isValid = (guess: string) => isStaffToken(guess) || isGuestToken(guess);
	return async (c, next) => {
		// Cookies are shared between ports, and another console may be running on this machine.
		const cookie = `flipside-${port()}`;
		const given = c.req.query('token') ?? '';
		if (c.req.path === '/' && isValid(given)) {
			setCookie(c, cookie, given, { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: COOKIE_AGE });
			// Takes the token out of the address, where the history and shared screens would show it.
			return c.redirect('/', 303);
		}
		const shown = getCookie(c, cookie) ?? '';
		c.set('staff', isStaffToken(shown));
		if (isValid(shown)) return next();
		c.header('cache-control', 'no-store');
		return c.req.path === '/' ? c.html(PAGE, 401) : c.json({ error: MISSING }, 401);
	};
}

/** The token that lets others in without the rights of staff. */
export const guestToken = (token: string): string =>
	createHash('sha256').update(`guest ${token}`).digest('base64url').slice(0, 32);

const MISSING = `Open the console at the address that the bot printed when it started, which ends in ?token=…; the token is also in the file ${TOKEN_FILE} in DATA_DIR, or in CONSOLE_TOKEN if that is set.`;

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Flipside</title><p>${MISSING}</p></html>`;

/** Compares in constant time. */
function equalTo(secret: string): (guess: string) => boolean {
	const hash = (text: string) => createHash('sha256').update(text).digest();
	const right = hash(secret);
	return (guess) => timingSafeEqual(hash(guess), right);
}
