/** Slack, as a row of the list of platforms. */
import { definePlatform } from '../definition.ts';
import { NAME, problems, readConfig, settings, TITLE } from './settings.ts';
import { SECRET_FORMS, tokenProblems } from './tokens.ts';

export const slack = definePlatform({
	name: NAME,
	title: TITLE,
	settings,
	readConfig,
	problems,
	tokenProblems: ({ SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret }) =>
		botToken === undefined ? [] : tokenProblems({ botToken, appToken, signingSecret }),
	secretForms: SECRET_FORMS,

	async create(config, deps) {
		const { createSlack } = await import('./platform.ts');
		return createSlack({ ...config, ...deps });
	},

	port: ({ appToken, port }) =>
		appToken === undefined ? { name: 'Slack port', variable: 'SLACK_PORT', port, isFixed: true } : undefined,

	async *examine(config) {
		const { examineSlack } = await import('./doctor.ts');
		yield* examineSlack(config);
	},

	clockAddress: ({ slackApiUrl }) => slackApiUrl ?? 'https://slack.com/api/',

	setup: {
		variables: ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'],
		async connect(wizard, commands) {
			const { connectSlack } = await import('./setup.ts');
			await connectSlack(wizard, commands);
			return async () => {};
		},
	},

	verbs: {
		manifest: {
			summary: "Print the manifest for Slack's page for a new app, or with --link a link that fills it in",
			usage: '[ADDRESS]',
			example: '--link',
			options: { link: 'Print a link to that page, filled in' },
			async run(words, { SLACK_COMMAND_PREFIX: prefix }, commands) {
				const { manifestText } = await import('./manifest.ts');
				return manifestText(commands, prefix, words);
			},
		},
	},
});
