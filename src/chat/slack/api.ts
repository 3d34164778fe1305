/** How the bot calls Slack's Web API: with much patience where an answer must arrive, with little where it would be late. */
import { type Logger, webApi } from '@slack/bolt';

type WebClient = webApi.WebClient;

export interface Api {
	/** For forms and progress: what comes late is of no use. A 429 is waited out, one further try. */
	readonly swift: WebClient;
	/** For final states: some minutes of tries, as people look at a message that says "running". */
	readonly patient: WebClient;
	/** The bot token, for files; it never stands in a message, an error or the log. */
	readonly token: string;
}

export interface ApiParts {
	readonly token: string;
	readonly logger: Logger;
	/** Another address than Slack's own, for tests. */
	readonly slackApiUrl?: string;
	/** The wait before the first further try, in milliseconds; it doubles. */
	readonly retryMs: number;
}

/** 1 + 2 + 4 + … s: about four minutes in all. */
const PATIENT_RETRIES = 8;

export function createApi({ token, logger, slackApiUrl, retryMs }: ApiParts): Api {
	const client = (retries: number, timeout: number) =>
		new webApi.WebClient(token, {
			logger,
			slackApiUrl,
			timeout,
			retryConfig: { retries, factor: 2, minTimeout: retryMs },
		});
	return { swift: client(1, 10_000), patient: client(PATIENT_RETRIES, 60_000), token };
}
