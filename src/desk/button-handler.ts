/** Handles presses of the buttons under messages, for every platform: general buttons and commands' own actions. */
import type { DrawFilm } from '../../commands/lib/command.ts';
import { findCommand } from '../../commands/lib/find-command.ts';
import type { Upload } from '../../commands/lib/options.ts';
import { pictureAt } from '../../commands/lib/picture-at.ts';
import { stoppingText } from '../../commands/lib/stopping-text.ts';
import { promptToVary, variation } from '../../commands/lib/variation.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { RunnerError } from '../../gpu/queue/runner.ts';
import { isLocked, LOCKED } from '../store/database.ts';
import type { RequestRecord, User } from '../store/records.ts';
import { BLOCKED, refusalToManage } from './access.ts';
import { BEGIN, buttonId, INFORM, parseButtonId, UNDO } from './buttons.ts';
import type { Deletions } from './deletions.ts';
import type { DeskDeps } from './deps.ts';
import { describeRequest } from './details.ts';
import { channelOf, type Request } from './request.ts';
import type { Requests } from './requests.ts';
import type { Button, DeskPlatform, PressOutcome } from './view.ts';

const TOO_OLD = 'This button is too old: its picture is no longer stored. Run the command again.';
const DELETED = 'Deleted. You can undo this for a minute.';
const DELETED_FOR_GOOD = 'The minute is over, so this is permanently deleted.';
const NOT_DELETED = 'This has already been restored.';
const ASK_TO_REPORT = 'Should the class staff look at this picture? They will see that you reported it.';
const USELESS = 'This button does not work on this message.';

interface Press {
	readonly record: RequestRecord;
	/** Which of several pictures, from 0. */
	readonly index: number;
	readonly user: User;
}

type NewRequest = Omit<Request, 'messageRef'>;

export class ButtonHandler {
	readonly #deps: DeskDeps;
	readonly #requests: Requests;
	readonly #deletions: Deletions;
	/** Platforms that pass reports on to staff. */
	#platforms: readonly DeskPlatform[] = [];

	constructor(deps: DeskDeps, requests: Requests, deletions: Deletions) {
		this.#deps = deps;
		this.#deletions = deletions;
		this.#requests = requests;
	}

	reportTo(platforms: readonly DeskPlatform[]): void {
		this.#platforms = platforms;
	}

	/** See Desk.press. */
	async press(id: string, user: User): Promise<PressOutcome> {
		if (this.#requests.moderation.isBlocked(user.id)) return whisper(BLOCKED);
		const button = parseButtonId(id);
		if (button?.action === UNDO) return this.#undo(button.requestId, user);
		const record = button && this.#deps.store.get(button.requestId);
		if (!record) return whisper(TOO_OLD);
		const press = { record, user, index: button.index };
		try {
			switch (button.action) {
				case 'cancel':
					return await this.#cancel(press);
				case 'delete':
					return await this.#delete(press);
				case 'again': {
					const { seed: _, ...options } = askingAgain(record.options);
					return this.#open({ command: record.command, options, user, freshSeed: true });
				}
				case BEGIN:
					return this.#open({ command: record.command, options: record.options, user, confirmed: true });
				case 'same':
					return this.#open({ command: record.command, options: askingAgain(record.options), user });
				case 'settings':
					return { type: 'form', command: record.command, options: askingAgain(record.options) };
				case 'vary':
					return this.#vary(press);
				case 'use':
					return this.#form('edit', press);
				case 'inpaint':
					return this.#form('inpaint', press);
				case 'details':
					return whisper(describeRequest(record, this.#requests.views.line(record)));
				case 'report':
					return whisper(ASK_TO_REPORT, [{ id: buttonId(INFORM, record.id), label: 'Report', style: 'danger' }]);
				case INFORM:
					return this.#report(press);
				default:
					return await this.#own(button.action, press);
			}
		} catch (error) {
			if (error instanceof UserError || error instanceof RunnerError) return whisper(this.#hint(record, error.message));
			if (isLocked(error)) return whisper(LOCKED);
			throw error;
		}
	}

	async #cancel({ record, user }: Press): Promise<PressOutcome> {
		const refusal = refusalToManage(record, user, 'cancel');
		if (refusal) return whisper(refusal);
		const cancelling = await this.#requests.cancel(record.id);
		if (!cancelling) return whisper('This is no longer waiting or running.');
		return whisper(cancelling.stops === undefined ? 'Cancelling.' : this.#hint(record, stoppingText(cancelling.stops)));
	}

	async #delete({ record, user }: Press): Promise<PressOutcome> {
		const refusal = refusalToManage(record, user, 'delete');
		if (refusal) return whisper(refusal);
		await this.#requests.cancel(record.id);
		this.#deletions.delete(record);
		const undo: Button = { id: buttonId(UNDO, record.id), label: 'Undo', style: 'secondary' };
		return { type: 'delete', text: DELETED, buttons: [undo] };
	}

	/** Shows a deleted result again, in a new message. */
	#undo(id: string, user: User): PressOutcome {
		const record = this.#deletions.get(id);
		if (!record) return whisper(this.#whyNotBack(id));
		const refusal = refusalToManage(record, user, 'delete');
		if (refusal) return whisper(refusal);
		return {
			type: 'request',
			open: async (_show, messageRef) => {
				const { views } = this.#requests;
				const back = { ...record, messageRef };
				// In the meantime its minute may have ended, or another press may have restored it.
				if (!this.#deletions.get(id)) {
					return { ...views.blank(id, back, false), state: 'failed', text: this.#whyNotBack(id) };
				}
				this.#deletions.undo(back);
				const view = await views.last(back);
				if (!view) throw new Error('nothing was stored of its answer');
				return view;
			},
		};
	}

	#whyNotBack(id: string): string {
		return this.#deps.store.get(id) ? NOT_DELETED : DELETED_FOR_GOOD;
	}

	/** Opens a command's form, filled in with the picture shown. */
	#form(command: string, { record, index }: Press): PressOutcome {
		const image = pictureOf(record, index);
		return image ? { type: 'form', command, options: { image } } : whisper(USELESS);
	}

	/** Makes variations of the picture shown: four, or as many as the channel allows this user. */
	#vary({ record, index, user }: Press): PressOutcome {
		const { job, options } = record;
		const image = pictureOf(record, index);
		const upright = job && promptToVary(job);
		const prompt = upright === undefined ? undefined : (record.answer?.figures[0]?.prompt ?? upright);
		if (!job || !image || prompt === undefined) return whisper(USELESS);
		return this.#openIn((channel) => {
			const most = user.staff ? undefined : this.#requests.moderation.settings(channel).count;
			const varied = variation(job, prompt, options, image, most);
			return { command: 'edit', options: varied, user, freshSeed: true };
		});
	}

	#report({ record, user }: Press): PressOutcome {
		const line = this.#requests.views.line(record);
		const made = Date.now();
		const owner = (record.madeFor ?? record.owner).name;
		const report = { request: record.id, line, owner, reporter: user, made };
		if (!this.#requests.moderation.report(report)) return whisper('You have already reported this.');
		const { messageRef } = record;
		const platform = this.#platforms.find(({ name }) => name === messageRef?.platform);
		if (messageRef) {
			const text = `${user.name} reported a picture of ${owner}: ${line}`;
			platform?.report?.(text, messageRef).catch((error: unknown) => {
				this.#deps.log.error({ request: record.id, error }, 'a report could not be passed on');
			});
		}
		return whisper('Thank you. The class staff can see your report.');
	}

	/** A command's own action: shows the result in another way, or opens a request that continues from it. */
	async #own(action: string, { record, index, user }: Press): Promise<PressOutcome> {
		const { actions = {}, followUps = {} } = findCommand(this.#deps.commands, record.command);
		if (Object.hasOwn(followUps, action)) {
			return this.#open({ ...followUps[action](record.options, index, record.training?.run), user });
		}
		const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
		if (!run || !record.job || !record.result) return whisper(USELESS);
		const { job, result, options } = record;
		const { blobs, artists } = this.#deps;
		const film: DrawFilm = (name, input) => artists.draw(name, input);
		const reply = await run({ job, result, options, blobs, film, index });
		if ('command' in reply) return this.#open({ ...reply, user });
		return {
			type: 'request',
			open: (_show, messageRef) => this.#requests.endings.showOtherwise(record, reply, user, messageRef),
		};
	}

	#hint(record: RequestRecord, sentence: string): string {
		return this.#requests.views.wording(record).hint(sentence);
	}

	#open(request: NewRequest): PressOutcome {
		return this.#openIn(() => request);
	}

	/** @param requestIn makes the request, given the channel that the answer goes to */
	#openIn(requestIn: (channel: string) => NewRequest): PressOutcome {
		const open = async (...[show, messageRef]: Parameters<Extract<PressOutcome, { type: 'request' }>['open']>) =>
			(await this.#requests.open({ ...requestIn(channelOf({ messageRef })), messageRef }, show)).view;
		return { type: 'request', open };
	}
}

const whisper = (text: string, buttons?: readonly Button[]): PressOutcome => ({ type: 'whisper', text, buttons });

/** One of a result's pictures as an input; undefined if there is no result. Throws a UserError like pictureAt. */
function pictureOf({ job, result, answer }: RequestRecord, index: number): Upload | undefined {
	if (!job || !result) return undefined;
	const { blob, seed } = pictureAt(result.images, index);
	const [{ source, filename } = {}] = answer?.figures ?? [];
	const isSeenOtherwise = source !== undefined && result.images.every((image) => image.blob !== source);
	return isSeenOtherwise && filename ? { blob: source, name: filename } : { blob, name: `${job.kind}-${seed}.png` };
}

/** Drops `now`, which confirmed the original request only: a repeated request asks again. */
function askingAgain({ now: _, ...options }: RequestRecord['options']): RequestRecord['options'] {
	return options;
}
