/** The last question of the wizard: whether to download a DeepFloyd model, which most people would otherwise look for. */
import { UserError } from '../../../gpu/jobs/index.ts';
import { ConfigError } from '../../base/config.ts';
import { REPOSITORIES } from '../models/repositories.ts';
import type { Questions } from './questions.ts';
import type { Settings } from './settings.ts';

export interface ModelOffer {
	/** Where the hub is. @throws {ConfigError} */
	readonly endpoint: () => string;
	/** Whether the hub would know who is downloading. @throws {ConfigError} */
	readonly hasToken: () => boolean;
	/** Downloads a repository, with a token that was just given. @throws {UserError} with what went wrong */
	readonly pull: (repository: string, token?: string) => Promise<void>;
}

const TOKEN = 'HF_TOKEN';

/** @returns what is left to do once the settings are written */
export async function offerModel(
	ask: Questions,
	settings: Settings,
	offer: ModelOffer,
): Promise<readonly (() => Promise<void>)[]> {
	const wanted = await ask.yes(
		'Download a DeepFloyd model now? (10 GiB and more; models pull does it later, too)',
		false,
	);
	if (!wanted) return [];
	try {
		const repository = await ask.one(
			'Which one? (I makes pictures, II enlarges them; M is the smallest)',
			REPOSITORIES.map(({ id, name }) => ({ value: id, label: name })),
		);
		const token =
			settings.get(TOKEN) || offer.hasToken() ? undefined : await askToken(ask, offer.endpoint(), repository);
		if (token !== undefined) settings.changes[TOKEN] = token;
		return [() => download(ask, offer, repository, token ?? settings.get(TOKEN))];
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		ask.bad(`${error.problems.join(' ')} Put that right, then run models pull.`);
		return [];
	}
}

async function askToken(ask: Questions, endpoint: string, repository: string): Promise<string> {
	ask.say(`Accept the licence at ${endpoint}/${repository}, and make a token at ${endpoint}/settings/tokens.`);
	return ask.secret({
		message: 'Hugging Face token',
		mistake: (value) => (/^[\x21-\x7e]{8,}$/.test(value) ? undefined : 'Paste the whole token, which begins with hf_.'),
	});
}

/** The settings are written by now, so a failure ends nothing. */
async function download(ask: Questions, offer: ModelOffer, repository: string, token?: string): Promise<void> {
	try {
		await offer.pull(repository, token);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		ask.bad(`${error.message} Then run models pull ${repository}.`);
	}
}
