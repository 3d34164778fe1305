import { expect, test } from 'vitest';
import { readConfig } from '../../../../src/base/config.ts';
import { discord } from '../../../../src/platforms/discord/index.ts';

const read = (variables: NodeJS.ProcessEnv) => readConfig([discord], variables).platforms.get('discord');

test('it is not set up without a token', () => {
	expect(read({ DISCORD_APPLICATION_ID: '100001' })).toBeUndefined();
});

test('staff roles are a list', () => {
	const given = { DISCORD_TOKEN: 'a.b.c', STAFF_ROLE_IDS: ' 600001, 600002', DISCORD_REPORT_CHANNEL: '700001' };
	expect(read(given)).toEqual({
		token: 'a.b.c',
		applicationId: undefined,
		staffRoles: ['600001', '600002'],
		reportChannel: '700001',
	});
	expect(read({ DISCORD_TOKEN: 'a.b.c' })).toMatchObject({ staffRoles: [], reportChannel: undefined });
	expect(() => read({ STAFF_ROLE_IDS: 'teachers' })).toThrow(/^STAFF_ROLE_IDS must be ids of Discord roles/);
	expect(() => read({ DISCORD_APPLICATION_ID: 'me' })).toThrow(/^DISCORD_APPLICATION_ID must be the application id/);
});
