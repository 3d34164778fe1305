/** How the bot calls Slack's Web API: with much patience where an answer must arrive, with little where it would be late. */
import { type Logger, webApi } from '@slack/bolt';

type WebClient = webApi.WebClient;

export interface Api {
	/** For forms and questions: what comes late is of no use. A 429 is waited out, one further try. */
	readonly swift: WebClient;
	/** For progress: one try, and not even that during a 429. */
	readonly progress: WebClient;
	/** For uploads: half an hour of tries, as people look at a message that says "running". */
	readonly patient: WebClient;
	/**
	 * For new messages, of which a channel takes one a second: some minutes of tries, and few at a time, so that none of many
	 * is refused again and again.
	 */
	readonly posting: WebClient;
	/** For last states of messages, of which a workspace takes 50 a minute: as patient as uploads, and few at a time. */
	readonly ending: WebClient;
	/** The bot token, for files; it never stands in a message, an error or the log. */
	readonly token: string;
}

export interface ApiDeps {
	readonly token: string;
	readonly logger: Logger;
	/** Another address than Slack's own, for tests. */
	readonly slackApiUrl?: string;
	/** The wait before the first further try, in milliseconds; it doubles. */
	readonly retryMs: number;
}

const FEW = { timeout: 10_000, maxRequestConcurrency: 2 };

/** 1 + 2 + 4 + … s: about half an hour in all, as on Discord. Slack's longer troubles are rare. */
const PATIENT_RETRIES = 11;

/** Four minutes in all: an answer that begins later finds nobody who waits for it. */
const POSTING_RETRIES = 8;

export function createApi({ token, logger, slackApiUrl, retryMs }: ApiDeps): Api {
	const client = (retries: number, options: webApi.WebClientOptions) =>
		new webApi.WebClient(token, {
			logger,
			slackApiUrl,
			retryConfig: { retries, factor: 2, minTimeout: retryMs },
			...options,
		});
	return {
		swift: client(1, { timeout: 10_000 }),
		progress: client(0, { timeout: 10_000, rejectRateLimitedCalls: true }),
		patient: client(PATIENT_RETRIES, { timeout: 60_000 }),
		posting: client(POSTING_RETRIES, FEW),
		ending: client(PATIENT_RETRIES, FEW),
		token,
	};
}
