/** One connection to Slack, over a socket or HTTP: its client, and the answers to its events. */

import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../../base/log.ts';
import { portProblem } from '../../base/port-problem.ts';
import { atMost } from '../../chat/at-most.ts';
import { Conversations } from '../../chat/conversations.ts';
import { STOPPING } from '../../chat/platform.ts';
import type { Desk } from '../../desk/desk.ts';
import type { MessageRef } from '../../store/records.ts';
import { Answers } from './answers.ts';
import { type Api, createApi } from './api.ts';
import { describeError, isPassing } from './api-errors.ts';
import { type EditAllowance, EditBudget } from './edit-budget.ts';
import { Front } from './front.ts';
import { checkAppToken, whoAmI } from './identity.ts';
import { createLibraryLog } from './library-log.ts';
import { listen } from './listen.ts';
import { filesOf, headsThread, whereabouts } from './message-ref.ts';
import type { UploadTiming } from './outgoing-pictures.ts';
import { People } from './people.ts';
import { sendReport } from './report.ts';
import { SentMessage, type SentMessageDeps } from './sent-message.ts';
import { TITLE } from './settings.ts';
import type { SlackTokens } from './tokens.ts';

export interface SessionDeps extends SlackTokens, UploadTiming {
	readonly desk: Desk;
	readonly log: Log;
	/** The port that Slack posts to, for HTTP; 0 = any free port. */
	readonly port: number;
	/** The prefix of further slash commands; absent if there is only /flipside. */
	readonly commandPrefix?: string;
	/** Ids of people and user groups that are staff. */
	readonly staff: readonly string[];
	/** The id of the report channel; absent if reports are only stored. */
	readonly reportChannel?: string;
	/** An address to use instead of Slack's API; files may come from there too. */
	readonly slackApiUrl?: string;
	/** The shortest time between two edits of one message, in milliseconds. */
	readonly editIntervalMs: number;
	readonly edits: EditAllowance;
	/** The shortest time between two renewals of one message's pictures while its request is open, in milliseconds. */
	readonly renewMs: number;
	/** The wait before a call is retried, in milliseconds; it doubles each time. */
	readonly callRetryMs: number;
	/** The waits between tries to show the last state while Slack is in trouble, in milliseconds. */
	readonly lastEditWaitsMs: readonly number[];
	/** How long it takes to notice a dead connection, and how long to wait before the next one, in milliseconds. */
	readonly pingMs: number;
	/** How long each step of `close` may take, in milliseconds. */
	readonly stopGraceMs: number;
}

/** A lost connection is retried at most a minute apart, for a week. */
const RECONNECT = { retries: 10_000, factor: 1.3, maxTimeout: 60_000, randomize: true };

const FILES = 'https://files.slack.com';

export class Session {
	readonly answers: Answers;
	readonly #conversations: Conversations;
	readonly #deps: SessionDeps;
	readonly #api: Api;
	readonly #messages: SentMessageDeps;
	readonly #front: Front;
	readonly #handled = new Set<Promise<void>>();
	#app: App | undefined;
	#stopping = false;

	constructor(deps: SessionDeps) {
		const { desk, log, botToken: token, slackApiUrl, callRetryMs: retryMs, editIntervalMs, renewMs, staff } = deps;
		this.#deps = deps;
		const api = createApi({ token, logger: createLibraryLog(log), slackApiUrl, retryMs });
		this.#api = api;
		const people = new People({ api, log, staff, groups: () => desk.allowedRoles() });
		this.#messages = { log, api, uploads: deps, renewMs, budget: new EditBudget(deps.edits) };
		this.#conversations = new Conversations({
			desk,
			log,
			title: TITLE,
			messageAt: (messageRef) =>
				new SentMessage(this.#messages, whereabouts(messageRef), filesOf(messageRef), headsThread(messageRef)),
			editIntervalMs,
			describeError,
			patience: { isPassing, waitsMs: deps.lastEditWaitsMs },
		});
		this.answers = new Answers({ ...this.#messages, desk, people, conversations: this.#conversations });
		const standIn = slackApiUrl === undefined ? [] : [new URL(slackApiUrl).origin];
		const files = { api, origins: new Set([FILES, ...standIn]) };
		this.#front = new Front({ desk, api, people, answers: this.answers, files });
	}

	/**
	 * @returns the sentence to print, once commands work
	 * @throws {ConfigError} when Slack refuses a token, or the port cannot be opened; another error when Slack cannot be reached
	 */
	async open(): Promise<string> {
		const { desk, log, appToken, commandPrefix } = this.#deps;
		const { team, name, userId: botUserId, botId, app: botsApp, missingScopes } = await whoAmI(this.#api);
		if (appToken) await checkAppToken(appToken, botsApp, this.#clientOptions());
		const logger = createLibraryLog(log);
		const receiver = this.#receiver();
		const authorize = async () => ({ botToken: this.#deps.botToken, botId, botUserId });
		const app = new App({ receiver, authorize, logger, clientOptions: this.#clientOptions(), convoStore: false });
		app.error(async (error) => log.error({ error: describeError(error) }, 'the Slack client reported an error'));
		listen(app, {
			...this.#messages,
			desk,
			commandPrefix,
			front: this.#front,
			own: botUserId,
			closed: () => (this.#stopping ? STOPPING : undefined),
			handling: (work) => {
				this.#handled.add(work);
				void work.finally(() => this.#handled.delete(work));
			},
		});
		const how = await this.#start(app);
		this.#app = app;
		// The bot may have been stopped in the meantime.
		if (this.#stopping) await app.stop();
		return `Slack: online in ${team} as ${name}${how}.${lacking(missingScopes)}`;
	}

	/** Sends a report about a message to the report channel, with a link to it. */
	async report(text: string, messageRef: MessageRef): Promise<void> {
		const { reportChannel: channel, log } = this.#deps;
		if (!channel) return;
		await sendReport({ api: this.#api, log }, channel, text, messageRef);
	}

	/** Waits a moment for answers that are nearly ready, and says in the other messages that they will continue later. */
	async close(): Promise<void> {
		const { stopGraceMs } = this.#deps;
		this.#stopping = true;
		await atMost(stopGraceMs, Promise.all(this.#handled));
		await atMost(stopGraceMs, this.#conversations.leaveAll());
		if (this.#app) await atMost(stopGraceMs, this.#app.stop());
	}

	#clientOptions() {
		const { slackApiUrl, log } = this.#deps;
		return { slackApiUrl, logger: createLibraryLog(log), retryConfig: RECONNECT };
	}

	#receiver(): Receiver {
		const { appToken, signingSecret = '', log, pingMs: clientPingTimeout } = this.#deps;
		const logger = createLibraryLog(log, 'warn');
		if (!appToken) return new HTTPReceiver({ signingSecret, logger });
		const installerOptions = { clientOptions: this.#clientOptions() };
		return new SocketModeReceiver({ appToken, logger, clientPingTimeout, installerOptions });
	}

	/** @returns details about the connection, for the sentence to print */
	async #start(app: App): Promise<string> {
		const { appToken, port } = this.#deps;
		if (appToken) {
			await app.start().catch(async (error: unknown) => {
				// It would keep retrying by itself, alongside the next session.
				await app.stop();
				throw error;
			});
			return '';
		}
		try {
			const server = await app.start(port);
			return `, with its request URL on port ${(server.address() as AddressInfo).port} at /slack/events`;
		} catch (error) {
			throw portProblem({ variable: 'SLACK_PORT', port, isFixed: true }, error as NodeJS.ErrnoException);
		}
	}
}

function lacking(scopes: readonly string[]): string {
	if (scopes.length === 0) return '';
	const which = scopes.join(', ');
	return ` Its app lacks the scopes ${which}: paste the manifest again and reinstall the app (docs/slack.md).`;
}
