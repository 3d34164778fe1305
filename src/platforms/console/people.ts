/** Tells people apart by their browsers. Each has its own id and name, which are kept only in its cookies. */
import { createHash, randomBytes } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { atTheMachine } from '../../../commands/lib/at-the-machine.ts';
import type { User } from '../../store/records.ts';
import { NAME } from './settings.ts';

/** What is known about the sender of a request. */
export interface Visitor {
	Variables: {
		/** Whether they signed in with the operator's address. */
		staff: boolean;
	};
}

/** How long a browser stays the same person, in seconds. */
const COOKIE_AGE = 365 * 24 * 60 * 60;

const MAX_NAME = 40;

/** The name of programs, and of browsers without cookies. */
const NOBODY = 'someone at the console';

const COLOURS = [
	'Amber',
	'Azure',
	'Coral',
	'Golden',
	'Green',
	'Indigo',
	'Ivory',
	'Jade',
	'Olive',
	'Rosy',
	'Ruby',
	'Teal',
];
const ANIMALS = [
	'Badger',
	'Bear',
	'Fox',
	'Hare',
	'Heron',
	'Lynx',
	'Mole',
	'Otter',
	'Owl',
	'Panda',
	'Robin',
	'Seal',
	'Swan',
];

/** Cookies are shared between ports, and another console may be running on this machine. */
const cookieNames = (port: number) => ({ secret: `flipside-browser-${port}`, name: `flipside-name-${port}` });

const KEPT = { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: COOKIE_AGE } as const;

/**
 * Gives every browser that opens the page a secret that identifies it.
 *
 * @param port returns the port that the console listens on
 */
export function identifyBrowser(port: () => number): MiddlewareHandler<Visitor> {
	return async (c, next) => {
		const { secret } = cookieNames(port());
		if (c.req.path === '/' && !getCookie(c, secret)) setCookie(c, secret, randomBytes(16).toString('base64url'), KEPT);
		await next();
	};
}

/** Ids are public, so they contain only a hash of the secret. */
export function personAt(c: Context<Visitor>, port: number): User {
	const names = cookieNames(port);
	const secret = getCookie(c, names.secret);
	const staff = c.get('staff');
	if (!secret) return { id: staff ? atTheMachine(NAME) : `${NAME}:guest`, name: NOBODY, staff };
	const hash = createHash('sha256').update(secret).digest();
	const own = `${NAME}:${hash.toString('hex', 0, 8)}`;
	const drawn = `${COLOURS[hash[8] % COLOURS.length]} ${ANIMALS[hash[9] % ANIMALS.length]}`;
	return { id: staff ? atTheMachine(own) : own, name: getCookie(c, names.name) || drawn, staff };
}

/** Changes the person's name; an empty name restores the one that was drawn. */
export function rename(c: Context<Visitor>, port: number, name: string): void {
	setCookie(c, cookieNames(port).name, [...name.trim()].slice(0, MAX_NAME).join(''), KEPT);
}
