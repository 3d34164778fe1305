/** Who may run which command, as staff type it: "anagram=ROLE, hybrid=everyone". */
import { UserError } from '../../gpu/jobs/index.ts';
import type { Command } from './command.ts';
import { findCommand } from './find-command.ts';
import type { ChannelSettings } from './moderation.ts';
import { shorten } from './shorten.ts';

type Allowances = NonNullable<ChannelSettings['allow']>;

/** Typed instead of a role. */
const EVERYONE = 'everyone';
const STAFF = 'staff';

/** A role's id, alone or in a platform's mention; the rest of a mention is shorter or in lower case. */
const ROLE_ID = /[A-Z0-9]{5,}/;

/**
 * @param typed pairs, separated by commas; a command listed twice is open to either role
 * @param before the allowances until now
 * @throws {UserError} for anything that is not such a pair, an unknown command, or one that is always for staff only
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
	if (staffOnly) throw new UserError(`/${name} is for staff only; allow works for the other commands.`);
	return { name, role };
}

/** "/anagram for 7001 and staff", in the order in which they were set. */
export const describeAllowances = (allow: Allowances): readonly string[] =>
	Object.entries(allow).map(
		([name, roles]) => `/${name} only for ${[...roles, STAFF].join(', ').replace(/, (?=[^,]*$)/, ' and ')}`,
	);
