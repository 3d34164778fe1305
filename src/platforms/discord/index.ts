/** Discord, as a row of the list of platforms. */
import { definePlatform } from '../definition.ts';
import { NAME, readConfig, restAt, settings, TITLE } from './settings.ts';
import { SECRET_FORMS, tokenProblems } from './tokens.ts';

export const discord = definePlatform({
	name: NAME,
	title: TITLE,
	settings,
	readConfig,
	tokenProblems: ({ DISCORD_TOKEN: token }) => (token === undefined ? [] : tokenProblems(token)),
	secretForms: SECRET_FORMS,

	async create(config, deps) {
		const { createDiscord } = await import('./platform.ts');
		return createDiscord({ ...config, ...deps, rest: restAt(config.api) });
	},

	async *examine(config, commands) {
		const { examineDiscord } = await import('./doctor.ts');
		yield* examineDiscord({ ...config, rest: restAt(config.api) }, commands);
	},

	clockAddress: ({ api }) => api ?? 'https://discord.com/api',

	setup: {
		variables: ['DISCORD_TOKEN'],
		async connect(wizard, commands) {
			const { connectDiscord } = await import('./setup.ts');
			return connectDiscord(wizard, commands);
		},
	},

	deploy: {
		missing: 'DISCORD_TOKEN is missing: copy the bot token from the Discord developer portal into .env.',
		async run(config, commands) {
			const { deploy } = await import('./deploy.ts');
			return deploy({ ...config, commands, rest: restAt(config.api) });
		},
	},
});
