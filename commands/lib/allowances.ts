/** Who may run which command, as staff type it: "anagram=ROLE, hybrid=everyone". */
import { UserError } from '../../gpu/jobs/index.ts';
import type { Command } from './command.ts';
import { findCommand } from './find-command.ts';
import type { ChannelSettings } from './moderation.ts';
import { shorten } from './shorten.ts';

type Allowances = NonNullable<ChannelSettings['allow']>;

/** In place of a role. */
const EVERYONE = 'everyone';
const STAFF = 'staff';

/** An id stands alone or in a platform's mention; what else belongs to a mention is shorter, or in small letters. */
const ROLE_ID = /[A-Z0-9]{5,}/;

/**
 * @param typed pairs, separated by commas; a command that stands there twice is for either role
 * @param before what held until now
 * @throws {UserError} for what is no such pair, no command, or one that is for staff in any case
 */
export function readAllowances(typed: string, before: Allowances, commands: readonly Command[]): Allowances {
	const after: Record<string, readonly string[]> = { ...before };
	const pairs = typed.split(',').map((pair) => readPair(pair, commands));
	for (const { name } of pairs) delete after[name];
	for (const { name, role } of pairs) {
		if (role !== EVERYONE) after[name] = [...(after[name] ?? []), ...(role === STAFF ? [] : [role])];
	}
	return after;
}

function readPair(pair: string, commands: readonly Command[]): { readonly name: string; readonly role: string } {
	const [, typed, whom] = /^\s*\/?([^=]+?)\s*=\s*(.+?)\s*$/.exec(pair) ?? [];
	const role = [EVERYONE, STAFF].includes(whom) ? whom : ROLE_ID.exec(whom ?? '')?.[0];
	if (typed === undefined || role === undefined) {
		throw new UserError(
			`allow must be COMMAND=ROLE, with a mention of the role, its id, ${EVERYONE} or ${STAFF}; got "${shorten(pair.trim(), 40)}".`,
		);
	}
	const { name, staffOnly } = findCommand(commands, typed.toLowerCase());
	if (staffOnly) throw new UserError(`/${name} is for staff alone; allow takes the other commands.`);
	return { name, role };
}

/** "/anagram for 7001 and staff", in the order in which they were set. */
export const describeAllowances = (allow: Allowances): readonly string[] =>
	Object.entries(allow).map(
		([name, roles]) => `/${name} only for ${[...roles, STAFF].join(', ').replace(/, (?=[^,]*$)/, ' and ')}`,
	);
