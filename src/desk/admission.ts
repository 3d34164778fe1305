/** Decides whether a request is admitted: which command it names, and whether this user may run it now. */
import type { Command } from '../../commands/lib/command.ts';
import { findCommand } from '../../commands/lib/find-command.ts';
import { inChats } from '../../commands/lib/in-chats.ts';
import type { RawOptions } from '../../commands/lib/options.ts';
import { optionsAsRead } from '../../commands/lib/parse-options.ts';
import { withPromptsRead } from '../../commands/lib/prompt-fields.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { UserLimits } from '../base/user-limits.ts';
import type { ModerationStore } from '../store/moderation.ts';
import type { RequestRecord, User } from '../store/records.ts';
import { BLOCKED, checkLimits, checkRole } from './access.ts';
import type { DailyLimit } from './daily-limit.ts';
import { channelOf, type Request } from './request.ts';
import type { RequestViews } from './request-views.ts';
import type { RequestWriter } from './request-writer.ts';

export interface AdmissionDeps {
	readonly commands: readonly Command[];
	readonly limits: UserLimits;
	readonly daily: DailyLimit;
	readonly moderation: ModerationStore;
	readonly views: RequestViews;
	readonly writer: RequestWriter;
	/** Requests that are under way in this process. */
	readonly live: ReadonlyMap<string, RequestRecord>;
}

export class Admission {
	readonly #deps: AdmissionDeps;
	readonly #chatCommands: readonly Command[];

	constructor(deps: AdmissionDeps) {
		this.#deps = deps;
		this.#chatCommands = inChats(deps.commands);
	}

	/** The command, with the options that it has in that place. */
	commandOf({ command, messageRef }: Pick<Request, 'command' | 'messageRef'>): Command {
		return findCommand(messageRef ? this.#chatCommands : this.#deps.commands, command);
	}

	/** Interprets options as they were meant. Throws a UserError when a prompt is invalid. */
	read(command: Command, options: RawOptions): RawOptions {
		const read = withPromptsRead(this.#chatCommands, command, optionsAsRead(command.options, options));
		return optionsAsRead(command.options, read);
	}

	/** @throws {UserError} when this user is blocked */
	checkBlocked(user: User): void {
		if (this.#deps.moderation.isBlocked(user.id)) throw new UserError(BLOCKED);
	}

	/** @throws {UserError} when this user may not run the command, or has reached a limit */
	check(command: Command, { user, messageRef }: Request): void {
		const { moderation, daily } = this.#deps;
		this.checkBlocked(user);
		const channel = channelOf({ messageRef });
		checkRole(command, user, moderation.settings(channel));
		if (command.personal) return;
		this.#checkLimits(user);
		daily.check(user, channel);
	}

	/**
	 * Counts a request that is about to queue a job towards its owner's daily limit.
	 *
	 * @throws {UserError} when its owner has reached a limit
	 */
	admitJob(command: Command, record: RequestRecord): void {
		const { daily, writer } = this.#deps;
		// The limits of other commands were checked when the request arrived.
		if (command.personal) this.#checkLimits(record.owner, record);
		daily.checkRequest(record);
		writer.attempt(() => daily.count(record));
	}

	/** @param but a request to leave out */
	#checkLimits(user: User, but?: RequestRecord): void {
		const { live, limits, views } = this.#deps;
		if (user.staff) return;
		const mine = [...live.values()].filter((other) => other.owner.id === user.id && other !== but);
		checkLimits(mine, limits, (record) => views.line(record));
	}
}
