/** Identifies people on Discord, with the names and roles that the desk needs. */
import { type BaseInteraction, PermissionFlagsBits } from 'discord.js';
import type { User } from '../../store/records.ts';
import { isAtHome } from './message-ref.ts';

/**
 * Staff are people who may manage the server, or have one of the roles, in servers that have installed the bot. Somebody who
 * uses it as their own app is only a visitor, even in their own server.
 *
 * @param staffRoles ids of roles
 */
export function userOf(interaction: BaseInteraction, staffRoles: ReadonlySet<string>): User {
	const manages = interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) === true;
	const roles = isAtHome(interaction) ? roleIds(interaction) : [];
	return {
		id: userId(interaction.user.id),
		name: interaction.user.displayName,
		staff: isAtHome(interaction) && (manages || roles.some((role) => staffRoles.has(role))),
		roles,
	};
}

export const userId = (id: string) => `discord:${id}`;

/** The inverse of `userId`; undefined for somebody on another platform. */
export const personOf = (id: string) => /^discord:(\d+)$/.exec(id)?.[1];

/** Without a cache of servers, discord.js passes the member on as Discord sent it. */
function roleIds({ member }: BaseInteraction): readonly string[] {
	if (!member) return [];
	return Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
}
