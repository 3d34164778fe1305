/** The bot's clients for Slack's Web API: patient for answers that must arrive, quick for those that would come too late. */
import { type Logger, webApi } from '@slack/bolt';

type WebClient = webApi.WebClient;

export interface Api {
	/** For forms and lookups, which are useless if late: one retry, and a 429 is waited out. */
	readonly swift: WebClient;
	/** For progress: a single try, and none during a 429. */
	readonly progress: WebClient;
	/** For uploads: half an hour of retries, while people see a message that says "running". */
	readonly patient: WebClient;
	/**
	 * For new messages, of which a channel accepts one per second: several minutes of retries, and few at a time, so that none is
	 * refused over and over.
	 */
	readonly posting: WebClient;
	/** For the last states of messages, of which a workspace accepts 50 a minute: as patient as uploads, and few at a time. */
	readonly ending: WebClient;
	/** The bot token, for files; it never appears in a message, an error or the log. */
	readonly token: string;
}

export interface ApiDeps {
	readonly token: string;
	readonly logger: Logger;
	/** An address to use instead of Slack's own, for tests. */
	readonly slackApiUrl?: string;
	/** The wait before the first retry, in milliseconds; it doubles each time. */
	readonly retryMs: number;
}

const FEW = { timeout: 10_000, maxRequestConcurrency: 2 };

/** 1 + 2 + 4 + … s: about half an hour in all, as on Discord. Longer outages of Slack are rare. */
const PATIENT_RETRIES = 11;

/** Four minutes in all: after that nobody is waiting for the answer to start. */
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
