/** Explains errors of the hub or the disk in one sentence that says what to do. */
import { HubApiError } from '@huggingface/hub';
import { isFullDisk, UserError } from '../../../gpu/jobs/index.ts';
import { Refusal } from '../download/download.ts';
import { isNoAnswer, troubleOf, whyNoAnswer } from '../download/explain.ts';
import type { Hub } from './hub.ts';

/**
 * @param repository "DeepFloyd/IF-I-M-v1.0"
 * @param path of the file that was being downloaded; absent: the hub was being asked what there is
 * @returns the error itself if it is internal
 */
export function explainPull(error: unknown, hub: Hub, repository: string, path?: string): unknown {
	const sentence = sentenceOn(error, hub, repository, path);
	return sentence === undefined ? error : new UserError(sentence, { cause: error });
}

function sentenceOn(error: unknown, hub: Hub, repository: string, path?: string): string | undefined {
	if (error instanceof UserError) return undefined;
	const status = error instanceof HubApiError ? error.statusCode : error instanceof Refusal ? error.status : undefined;
	if (status !== undefined) return refused(status, hub, repository, path);
	if (path !== undefined || isFullDisk(error)) return troubleOf(error, hub.endpoint, path ?? repository);
	if (isNoAnswer(error)) {
		return `The hub at ${hub.endpoint} cannot be reached (${whyNoAnswer(error)}); check the network, HTTPS_PROXY, or HF_ENDPOINT.`;
	}
	return `The server at ${hub.endpoint} does not answer as Hugging Face's hub does; check HF_ENDPOINT.`;
}

function refused(status: number, hub: Hub, repository: string, path?: string): string {
	if (status === 401 || status === 403) return denied(hub, repository);
	if (status === 404) {
		const what = path === undefined ? repository : `${path} of ${repository}`;
		return `The hub at ${hub.endpoint} has no ${what}; check HF_ENDPOINT, or try again later.`;
	}
	return `The hub at ${hub.endpoint} answered with status ${status}; try again later.`;
}

/** The hub answers alike if the licence is not accepted and if the account is unknown. */
function denied(hub: Hub, repository: string): string {
	const accept = `accept the licence at ${hub.licencePage(repository)}`;
	const tokens = `${hub.endpoint}/settings/tokens`;
	return hub.hasToken
		? `The hub refuses the token: ${accept} with the account that it belongs to, and let it read gated repositories (${tokens}).`
		: `The hub wants to know who downloads ${repository}: ${accept}, then set HF_TOKEN to a token from ${tokens}.`;
}
