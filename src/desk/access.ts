/** Who may ask, press and manage what, and the sentences that refuse it. */
import type { Command } from '../../commands/lib/command.ts';
import type { ChannelSettings } from '../../commands/lib/moderation.ts';
import type { OptionSpecs, RawOptions } from '../../commands/lib/options.ts';
import { shorten } from '../../commands/lib/shorten.ts';
import { saysAny } from '../../commands/lib/word-list.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { UserLimits } from '../base/user-limits.ts';
import type { RequestRecord, User } from '../store/records.ts';

export const BLOCKED = 'You may not use the bot at present; ask the staff of the class why.';

export const FORBIDDEN = "The class's word list forbids a word of this request; say it in other words.";

/** Of a request that somebody has under way already. */
const MAX_LINE = 60;

/** @throws {UserError} when the command is for others than this user */
export function checkRole(command: Command, user: User, settings: ChannelSettings): void {
	if (user.staff) return;
	if (command.staffOnly) throw new UserError(`Only staff can run /${command.name}.`);
	const allowed = settings.allow?.[command.name];
	if (allowed?.some((role) => user.roles?.includes(role))) return;
	if (allowed) {
		throw new UserError(
			`In this channel /${command.name} is only for people that its staff have chosen by their role; ask them, or run it in another channel.`,
		);
	}
	if (command.trains && settings.train !== 'everyone') {
		throw new UserError(`Only staff can run /${command.name} here; they may open it to everyone with /settings.`);
	}
}

/**
 * @param underWay requests of the same user, as a person would type them, the running ones first
 * @throws {UserError} when one more would be too many
 */
export function checkLimits(
	user: User,
	{ running, waiting }: UserLimits,
	underWay: readonly string[],
	runningNow: number,
): void {
	if (user.staff || underWay.length < running + waiting) return;
	const shown = underWay.map((line) => shorten(line, MAX_LINE)).join('; ');
	throw new UserError(
		`You have ${runningNow} running and ${underWay.length - runningNow} waiting (${shown}), as much as one person may: wait for one of them, or cancel one with its button or /queue cancel.`,
	);
}

/**
 * @param words forbidden ones
 * @param options as they were given
 * @throws {UserError} when a text among them has such a word as a whole word; it does not say which
 */
export function checkWords(words: readonly string[], specs: OptionSpecs, options: RawOptions): void {
	if (words.length === 0) return;
	const texts = Object.entries(options).filter(([name]) => Object.hasOwn(specs, name) && specs[name].kind === 'text');
	if (texts.some(([, text]) => saysAny(String(text), words))) throw new UserError(FORBIDDEN);
}

/** Why this user may not cancel or delete that request; undefined when they may. */
export function refusalToManage(record: RequestRecord, user: User, what: 'cancel' | 'delete'): string | undefined {
	const { owner, madeFor = owner } = record;
	if (user.staff || owner.id === user.id || madeFor.id === user.id) return undefined;
	const names = [...new Set([owner.name, madeFor.name])];
	return `Only ${names.join(', ')} or staff can ${what} this.`;
}
