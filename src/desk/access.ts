/** Decides who may request and manage what, and words the refusals. */
import type { Command } from '../../commands/lib/command.ts';
import type { ChannelSettings } from '../../commands/lib/moderation.ts';
import type { OptionSpecs, RawOptions } from '../../commands/lib/options.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { styledPrompts } from '../../commands/lib/style-option.ts';
import { saysAny } from '../../commands/lib/word-list.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { UserLimits } from '../base/user-limits.ts';
import type { RequestRecord, User } from '../store/records.ts';

export const BLOCKED = 'You are currently blocked from using the bot; ask the class staff why.';

export const FORBIDDEN = "This request contains a word that the class's word list forbids; rephrase it.";

/** The longest quote of a request that is already under way, in characters. */
const MAX_LINE = 60;

/** Whether this user has one of the roles that the channel allows the command to; without such roles nobody has. */
const hasRole = (command: string, user: User, settings: ChannelSettings): boolean =>
	settings.allow?.[command]?.some((role) => user.roles?.includes(role)) ?? false;

/** Whether this user may use what the command does, as an option of another one. */
export const mayUse = (command: string, user: User, settings: ChannelSettings): boolean =>
	user.staff || settings.allow?.[command] === undefined || hasRole(command, user, settings);

/** @throws {UserError} when this user may not run the command */
export function checkRole(command: Command, user: User, settings: ChannelSettings): void {
	if (user.staff) return;
	if (command.staffOnly) throw new UserError(`Only staff can run /${command.name}.`);
	if (hasRole(command.name, user, settings)) return;
	if (settings.allow?.[command.name]) {
		throw new UserError(
			`In this channel only people with certain roles can run /${command.name}; ask staff, or run it in another channel.`,
		);
	}
	if (command.trains && settings.train !== 'everyone') {
		throw new UserError(`Only staff can run /${command.name} here; they can open it to everyone with /settings.`);
	}
}

/**
 * @param mine the requests of one person that are under way
 * @param line a request as a typed line
 * @throws {UserError} when one more would be too many
 */
export function checkLimits(
	mine: readonly RequestRecord[],
	limits: UserLimits,
	line: (record: RequestRecord) => string,
): void {
	if (mine.length < limits.running + limits.waiting) return;
	const running = mine.filter(({ state, job }) => state === 'running' && job);
	const waiting = mine.filter((other) => !running.includes(other));
	const shown = [...running, ...waiting].map((record) => shorten(line(record), MAX_LINE)).join('; ');
	throw new UserError(
		`You already have ${running.length} running and ${waiting.length} waiting (${shown}), the most that one person may: wait for one to finish, or cancel one with its button or /queue cancel.`,
	);
}

/**
 * @param words the forbidden words
 * @param options as given
 * @throws {UserError} when a text option contains a forbidden word as a whole word; it does not say which
 */
export function checkWords(words: readonly string[], specs: OptionSpecs, options: RawOptions): void {
	if (words.length === 0) return;
	// A phrase may begin in the style and end in the prompt.
	const said = [...Object.entries(options), ...Object.entries(styledPrompts(specs, options))];
	const texts = said.filter(([name]) => Object.hasOwn(specs, name) && specs[name].kind === 'text');
	if (texts.some(([, text]) => saysAny(String(text), words))) throw new UserError(FORBIDDEN);
}

/** Why this user may not cancel or delete a request; undefined if they may. */
export function refusalToManage(record: RequestRecord, user: User, what: 'cancel' | 'delete'): string | undefined {
	const { owner, madeFor = owner } = record;
	if (user.staff || owner.id === user.id || madeFor.id === user.id) return undefined;
	const names = [...new Set([owner.name, madeFor.name])];
	return `Only ${names.join(', ')} or staff can ${what} this.`;
}
