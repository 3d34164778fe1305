import { expect, test } from 'vitest';
import { readConfig } from '../../../../src/base/config.ts';
import { slack } from '../../../../src/platforms/slack/index.ts';

const read = (variables: NodeJS.ProcessEnv) => readConfig([slack], variables).platforms.get('slack');

test('it is not set up without a bot token', () => {
	expect(read({ SLACK_PORT: '1' })).toBeUndefined();
});

test('it reads its settings', () => {
	const given = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_STAFF: 'U024BE7LH, S0614TZR7' };
	expect(read(given)).toEqual({
		botToken: 'xoxb-1',
		appToken: 'xapp-1',
		signingSecret: undefined,
		port: 3000,
		commandPrefix: undefined,
		staff: ['U024BE7LH', 'S0614TZR7'],
		reportChannel: undefined,
	});
	expect(() => read({ SLACK_STAFF: '@ann' })).toThrow(/^SLACK_STAFF must be ids of Slack members/);
	expect(() => read({ SLACK_COMMAND_PREFIX: 'IF ' })).toThrow(/^SLACK_COMMAND_PREFIX must be 1 to 16/);
	expect(() => read({ SLACK_APP_TOKEN: 'xapp-1' })).toThrow(/^SLACK_BOT_TOKEN is missing/);
});
