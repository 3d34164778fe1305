/** Discord, as a row of the list of platforms. */
import type { RESTOptions } from 'discord.js';
import { definePlatform } from '../definition.ts';
import { NAME, readConfig, settings, TITLE } from './settings.ts';
import { SECRET_FORMS, tokenProblems } from './tokens.ts';

/** @param rest other addresses than Discord's own, for tests */
export const discordAt = (rest?: Partial<RESTOptions>) =>
	definePlatform({
		name: NAME,
		title: TITLE,
		settings,
		readConfig,
		tokenProblems: ({ DISCORD_TOKEN: token }) => (token === undefined ? [] : tokenProblems(token)),
		secretForms: SECRET_FORMS,

		async create(config, deps) {
			const { createDiscord } = await import('./platform.ts');
			return createDiscord({ ...config, ...deps, rest });
		},

		async *examine(config, commands) {
			const { examineDiscord } = await import('./doctor.ts');
			yield* examineDiscord({ ...config, rest }, commands);
		},

		clockAddress: rest?.api ?? 'https://discord.com/api',

		setup: {
			variables: ['DISCORD_TOKEN'],
			async connect(wizard, commands) {
				const { connectDiscord } = await import('./setup.ts');
				return connectDiscord(wizard, commands, rest);
			},
		},

		deploy: {
			missing: 'DISCORD_TOKEN is missing: copy the bot token from the Discord developer portal into .env.',
			async run(config, commands) {
				const { deploy } = await import('./deploy.ts');
				return deploy({ ...config, commands, rest });
			},
		},
	});

export const discord = discordAt();
