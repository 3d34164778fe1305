/** Checks that the configuration's ids exist: the roles whose members are staff, and the channel for reports. */
import { explainRefusal } from '../../base/explain.ts';
import { type Finding, fail, ok } from '../../base/finding.ts';
import type { DiscordAccount } from './account.ts';
import { type DiscordConfig, TITLE } from './settings.ts';

export type NamedIds = Pick<DiscordConfig, 'staffRoles' | 'reportChannel'>;

/** Skips everything if the bot is not in any server, which other checks report. */
export async function* examineIds(
	account: DiscordAccount,
	{ staffRoles, reportChannel }: NamedIds,
): AsyncGenerator<Finding> {
	if (staffRoles.length === 0 && reportChannel === undefined) return;
	try {
		const servers = await account.servers();
		if (servers.length === 0) return;
		if (staffRoles.length > 0) {
			const roles = new Set((await Promise.all(servers.map((server) => account.roles(server)))).flat());
			for (const role of staffRoles) yield checkRole(role, roles);
		}
		if (reportChannel !== undefined) yield await checkReports(account, reportChannel);
	} catch (error) {
		yield fail('Discord ids', explainRefusal(TITLE, error));
	}
}

function checkRole(role: string, roles: ReadonlySet<string>): Finding {
	const name = 'Discord staff';
	if (roles.has(role)) return ok(name, `the role ${role} exists`);
	return fail(
		name,
		`None of the bot's servers has the role ${role} from STAFF_ROLE_IDS; correct the id (Server Settings, Roles, Copy Role ID; needs Developer Mode).`,
	);
}

async function checkReports(account: DiscordAccount, channel: string): Promise<Finding> {
	const name = 'Discord reports';
	if (await account.sees(channel)) return ok(name, 'the channel exists');
	return fail(name, `The bot cannot see DISCORD_REPORT_CHANNEL ${channel}; correct the id, or give the bot access.`);
}
