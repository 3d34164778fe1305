/** Sees requests through from start to end: stores, prepares and runs them, and shows their progress. */
import type { Cancelling, Command, Reply } from '../../commands/lib/command.ts';
import { describeDuration } from '../../commands/lib/duration.ts';
import type { Upload, UploadKind } from '../../commands/lib/options.ts';
import { checkEarly } from '../../commands/lib/parse-options.ts';
import { Cancelled, TakesLong } from '../../commands/lib/perform-errors.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import { DEFAULT_LIMITS } from '../base/user-limits.ts';
import { ModerationStore } from '../store/moderation.ts';
import { PaceStore } from '../store/paces.ts';
import type { MessageRef, RequestRecord, User } from '../store/records.ts';
import { fetchAddress } from '../uploads/fetch-address.ts';
import { expectedOf, type Incoming, type IncomingFiles, LostFile, lostFile, withNames } from '../uploads/incoming.ts';
import { Admission } from './admission.ts';
import { BEGIN, cancelButton } from './buttons.ts';
import { type CheckedOptions, checkedOptions, withSeed } from './checked-options.ts';
import { type CheckedRequest, type ContextDeps, RequestContext } from './context.ts';
import { DailyLimit } from './daily-limit.ts';
import type { DeskDeps } from './deps.ts';
import { Forecasts, type Paces } from './forecasts.ts';
import { imprintedReply } from './imprint/write.ts';
import { JobTracker } from './job-tracker.ts';
import { Preparations } from './preparations.ts';
import { channelOf, type Outcome, type Request } from './request.ts';
import { RequestEndings } from './request-endings.ts';
import { RequestViews } from './request-views.ts';
import { RequestWriter } from './request-writer.ts';
import { isOpen, type MessageView, type Show } from './view.ts';

/** What is known of a request that has passed all checks. */
interface Prepared extends Pick<CheckedOptions, 'values'> {
	readonly models: ModelList;
}

export class Requests {
	readonly moderation: ModerationStore;
	readonly views: RequestViews;
	readonly writer: RequestWriter;
	readonly endings: RequestEndings;
	readonly #deps: DeskDeps;
	readonly #admission: Admission;
	readonly #forecasts: Forecasts;
	readonly #tracker: JobTracker;
	readonly #preparations: Preparations;
	/** What all commands have in common. */
	readonly #context: ContextDeps;
	/** Requests that are under way in this process. */
	readonly #live = new Map<string, RequestRecord>();
	readonly #stopping = new AbortController();

	constructor(deps: DeskDeps) {
		const { runner, store, blobs, limits = DEFAULT_LIMITS } = deps;
		this.#deps = deps;
		this.moderation = new ModerationStore(store.database);
		this.views = new RequestViews(deps, this.moderation);
		this.writer = new RequestWriter(deps);
		const { moderation, views, writer } = this;
		const daily = new DailyLimit(store.database, moderation);
		this.#admission = new Admission({ ...deps, limits, daily, moderation, views, writer, live: this.#live });
		this.endings = new RequestEndings({ ...deps, views, writer, stopping: this.#stopping.signal });
		const paces = new PaceStore(store.database);
		const learning: Paces = {
			get: (kind, model) => paces.get(kind, model),
			all: () => paces.all(),
			add: (kind, model, seconds) => this.writer.attempt(() => paces.add(kind, model, seconds)),
		};
		this.#forecasts = new Forecasts(learning, () => runner.capacity());
		const save = (record: RequestRecord) => this.writer.save(record);
		this.#tracker = new JobTracker({ runner, save, forecasts: this.#forecasts, maxRunning: limits.running });
		this.#preparations = new Preparations({ blobs, stopping: this.#stopping.signal });
		this.#context = {
			...deps,
			moderation,
			admission: this.#admission,
			tracker: this.#tracker,
			views,
			live: this.#live,
			cancel: (id) => this.cancel(id),
			canBeCancelled: (record) => this.#canBeCancelled(record),
			isPrepared: (id) => !this.#preparations.has(id),
			save,
			stopping: this.#stopping.signal,
		};
	}

	/** From now on nothing fails for good: requests that end because the runner closes continue after the next start. */
	stop(): void {
		this.#stopping.abort();
	}

	get isStopping(): boolean {
		return this.#stopping.signal.aborted;
	}

	/** See Desk.open. */
	async open(request: Request, show: Show): Promise<Outcome> {
		const { command: name, files = {}, user: owner, messageRef, confirmed, freshSeed } = request;
		const id = this.#deps.store.newId();
		let asked = withNames(request.options, files);
		const blank = () => this.views.blank(id, { command: name, options: asked, owner, messageRef }, false);
		let record: RequestRecord;
		try {
			const command = this.#admission.commandOf(request);
			this.#admission.check(command, request);
			asked = this.#admission.read(command, asked);
			const { seed } = this.moderation.settings(channelOf(request));
			const options = withSeed(command.options, asked, freshSeed ? undefined : seed);
			record = { id, command: command.name, options, owner, messageRef, state: 'running' };
			// It counts as under way while it waits to be stored, which is before anything is shown.
			this.#live.set(id, record);
			await this.writer.add(record);
			this.#deps.log.info({ request: id, command: command.name, channel: channelOf(record) }, 'a request came in');
		} catch (error) {
			this.#live.delete(id);
			return this.#ended(name, this.endings.refused(blank(), request, error, show));
		}
		return this.#run(record, files, blank(), show, confirmed === true);
	}

	/** See Desk.take. */
	async take(kind: UploadKind, incoming: Incoming, user: User): Promise<Upload> {
		this.#admission.checkBlocked(user);
		const id = this.#deps.store.newId();
		try {
			const expected = [{ ...incoming, option: kind, kind }];
			const { [kind]: upload } = await this.#preparations.run(id, (signal) =>
				this.#preparations.bring({ id, owner: user }, expected, signal, () => {}),
			);
			return upload as Upload;
		} catch (error) {
			throw this.isStopping ? new LostFile(incoming.name) : error;
		}
	}

	/**
	 * Cancels a request. If it represents a running training, that is only stopped, and the request reports how it ended. If the
	 * training has ended or is already being stopped, the request ends like any other.
	 *
	 * @returns undefined unless the request is under way and is being prepared or has a job or a training
	 */
	async cancel(id: string): Promise<Cancelling | undefined> {
		const record = this.#live.get(id);
		if (!record || !this.#canBeCancelled(record)) return undefined;
		if (this.#preparations.cancel(id)) return {};
		const { training } = this.#deps;
		const running = training.status();
		if (running && running.run === record.training?.run && !running.stopping) {
			training.stop();
			return { stops: running.run };
		}
		await this.#tracker.cancel(id);
		return {};
	}

	/** See Desk.moved. */
	moved(id: string, messageRef: MessageRef): void {
		const record = this.#live.get(id) ?? this.#deps.store.get(id);
		if (!record) return;
		record.messageRef = messageRef;
		this.writer.save(record);
	}

	/** Whether a request has anything under way that can be cancelled. */
	#canBeCancelled({ id, job, training }: RequestRecord): boolean {
		return this.#preparations.has(id) || job !== undefined || training !== undefined;
	}

	/** Runs a request again that was open when the bot last stopped. Failures are reported in its message. */
	reopen(record: RequestRecord, show: Show): Promise<Outcome> {
		return this.#run(record, undefined, this.views.blank(record.id, record, true), show, true);
	}

	/** Tells of a request's end, unless it goes on after the next start. */
	#ended(name: string, outcome: Outcome): Outcome {
		const { onEnded, commands, log } = this.#deps;
		const { view, fault } = outcome;
		const command = commands.find((each) => each.name === name)?.name;
		log.info({ request: view.requestId, command, state: view.state, fault }, 'a request ended');
		if (!isOpen(view)) onEnded?.(command, outcome);
		return outcome;
	}

	/** Ends a request without running it again. */
	async giveUp(record: RequestRecord, reason: string, show: Show): Promise<Outcome> {
		return this.endings.ended(record, this.views.blank(record.id, record, true), new UserError(reason), show);
	}

	/**
	 * @param files the attachments; undefined if the bot has been restarted since they were sent
	 * @param blank `personal` while nobody else has seen the request, so that only the asker sees a refusal
	 * @param confirmed whether the person has confirmed it, or it was already running
	 */
	async #run(
		record: RequestRecord,
		files: IncomingFiles | undefined,
		blank: MessageView,
		show: Show,
		confirmed: boolean,
	): Promise<Outcome> {
		this.#live.set(record.id, record);
		let request: CheckedRequest;
		let values: Prepared['values'];
		try {
			const command = this.#admission.commandOf(record);
			const buttons = [cancelButton(record.id)];
			const tell = (text: string) => show({ ...blank, state: 'running', text, buttons });
			const prepared = await this.#prepare(command, record, files, tell);
			const open = { ...blank, ...this.views.inputs(record), personal: command.personal === true };
			request = { record, command, known: prepared.models, confirmed, blank: open };
			values = prepared.values;
		} catch (error) {
			const outcome = await this.#unprepared(record, files, blank, show, error).finally(() => this.#forget(record.id));
			return this.#ended(record.command, outcome);
		}
		// Not awaited, so that nothing of this call is kept while the request waits in line.
		return this.#perform(request, values, show);
	}

	#forget(id: string): void {
		this.#live.delete(id);
		this.#tracker.forget(id);
	}

	/** Ends a request that did not pass the checks. */
	async #unprepared(
		record: RequestRecord,
		files: IncomingFiles | undefined,
		blank: MessageView,
		show: Show,
		caught: unknown,
	): Promise<Outcome> {
		const error = (this.isStopping && lostFile(record.options, files)) || caught;
		if (error instanceof Cancelled) return this.endings.ended(record, { ...blank, personal: false }, error, show);
		if (blank.personal && !this.isStopping) {
			this.writer.attempt(() => this.#deps.store.delete(record.id));
			return this.endings.refused(blank, record, error, show);
		}
		return this.endings.ended(record, blank, error, show);
	}

	/** Fetches the files, fills in missing options, and checks everything. */
	async #prepare(
		command: Command,
		record: RequestRecord,
		files: IncomingFiles | undefined,
		tell: (text: string) => void,
	): Promise<Prepared> {
		const { runner, fetchPicture = fetchAddress } = this.#deps;
		const { owner } = record;
		const settings = this.moderation.settings(channelOf(record));
		checkEarly(command.name, command.options, record.options);
		const expected = expectedOf(command.options, record.options, files, fetchPicture);
		const [models, brought] = await this.#preparations.run(record.id, (signal) =>
			Promise.all([
				usesModel(command) ? runner.models() : { usable: [], damaged: [] },
				this.#preparations.bring(record, expected, signal, tell),
			]),
		);
		this.#forecasts.know(models.usable);
		const rules = { models, settings, words: this.moderation.words() };
		const { options, values } = checkedOptions(command, { ...record.options, ...brought }, owner, rules);
		Object.assign(record, { options, state: 'waiting' });
		// Most commands queue a job at once, with which the record is saved.
		this.writer.saveSoon(record);
		return { values, models };
	}

	/** Runs a request that has passed all checks, so that everyone can see its failures. */
	async #perform(request: CheckedRequest, values: Prepared['values'], show: Show): Promise<Outcome> {
		const { record, command, blank } = request;
		let outcome: Outcome;
		try {
			const context = new RequestContext(this.#context, request, show);
			const said = await command.run(values, context).catch(asQuestion);
			const reply = imprintedReply(record, command.options, said);
			this.#tracker.check(record.id);
			outcome = await this.endings.done(record, blank, reply, show);
		} catch (error) {
			outcome = await this.endings.ended(record, blank, error, show);
		} finally {
			this.#forget(record.id);
		}
		return this.#ended(record.command, outcome);
	}
}

/** Turns a TakesLong error into the question whether to start; rethrows any other error. */
function asQuestion(error: unknown): Reply {
	if (!(error instanceof TakesLong)) throw error;
	return {
		text: `This takes about ${describeDuration(error.seconds)} once it runs. Start it?`,
		figures: [],
		buttons: [{ action: BEGIN, label: 'Start' }],
	};
}

const usesModel = (command: Command) => Object.values(command.options).some((spec) => spec.kind === 'model');
