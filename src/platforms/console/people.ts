/** Who sits at a browser. Each browser has an id and a name of its own, both in its cookies: nothing is stored here. */
import { createHash, randomBytes } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { atTheMachine } from '../../../commands/lib/at-the-machine.ts';
import type { User } from '../../store/records.ts';
import { NAME } from './settings.ts';

/** What a request knows of whoever sent it. */
export interface Visitor {
	Variables: {
		/** They came by the operator's address. */
		staff: boolean;
	};
}

/** How long a browser stays the same person, in seconds. */
const COOKIE_AGE = 365 * 24 * 60 * 60;

const MAX_NAME = 40;

/** For programs, and browsers without cookies. */
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

/** Cookies know no ports, and there may be another console on this machine. */
const cookieNames = (port: number) => ({ secret: `flipside-browser-${port}`, name: `flipside-name-${port}` });

const KEPT = { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: COOKIE_AGE } as const;

/**
 * Gives a browser that opens the page what tells it from others.
 *
 * @param port the port the console listens on, known once it listens
 */
export function knowAgain(port: () => number): MiddlewareHandler<Visitor> {
	return async (c, next) => {
		const { secret } = cookieNames(port());
		if (c.req.path === '/' && !getCookie(c, secret)) setCookie(c, secret, randomBytes(16).toString('base64url'), KEPT);
		await next();
	};
}

/** Ids are public, so they are made of the secret and do not tell it. */
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

/** From now on the person is called so; an empty name gives back the one that was drawn. */
export function rename(c: Context<Visitor>, port: number, name: string): void {
	setCookie(c, cookieNames(port).name, [...name.trim()].slice(0, MAX_NAME).join(''), KEPT);
}
