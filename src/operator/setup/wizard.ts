/** The wizard that a platform's setup uses: asks the questions of questions.ts, and keeps the settings that result. */
import { ConfigError } from '../../base/config.ts';
import { explainRefusal } from '../../base/explain.ts';
import type { TokenQuestion, Wizard } from '../../platforms/wizard.ts';
import type { Questions } from './questions.ts';
import type { Settings } from './settings.ts';

export function createWizard(ask: Questions, settings: Settings): Wizard {
	return {
		...ask,
		get: (variable) => settings.get(variable),
		isFixed: (variable) => settings.isFixed(variable),
		set: (variable, value) => {
			settings.changes[variable] = value;
		},
		settle: (question) => settle(question, settings, ask),
	};
}

async function settle<Account>(
	question: TokenQuestion<Account>,
	settings: Settings,
	ask: Questions,
): Promise<Account | undefined> {
	const { variable, service, check } = question;
	const set = settings.get(variable);
	const fixed = settings.isFixed(variable);
	if (fixed) ask.say(`${variable} is set in the environment, which wins over .env.`);
	let token = set && (fixed || (await ask.yes(`${variable} is set. Keep it?`))) ? set : undefined;
	for (;;) {
		token ??= await ask.secret(question);
		try {
			const account = await check(token);
			if (token !== set) settings.changes[variable] = token;
			return account;
		} catch (error) {
			ask.bad(explainRefusal(service, error));
			if (!(error instanceof ConfigError)) {
				const next = await ask.one(`${variable} could not be checked. What now?`, [
					{ value: 'again', label: 'Try again' },
					{ value: 'unchecked', label: 'Use it without checking' },
				]);
				if (next === 'again') continue;
				if (token !== set) settings.changes[variable] = token;
				return undefined;
			}
			if (fixed) {
				throw new ConfigError(
					`The environment sets ${variable} to a token that does not work; unset it, and run setup again.`,
				);
			}
			token = undefined;
		}
	}
}
