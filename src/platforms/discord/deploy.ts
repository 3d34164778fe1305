/** Registers the slash commands with Discord, at first and whenever the commands change. */
import {
	ApplicationCommandType,
	PermissionFlagsBits,
	REST,
	type RESTGetCurrentApplicationResult,
	type RESTOptions,
	type RESTPutAPIApplicationCommandsResult,
	Routes,
} from 'discord.js';
import type { Command } from '../../../commands/lib/command.ts';
import { isUnauthorized } from './api-errors.ts';
import { installsOf } from './application.ts';
import { registration } from './registration.ts';
import { checkToken, foreignApplication, tokenRefused } from './tokens.ts';

export interface DeployDeps {
	readonly commands: readonly Command[];
	readonly token: string;
	/** If given, the token must belong to this application. */
	readonly applicationId?: string;
	/** Other addresses than Discord's own, for tests. */
	readonly rest?: Partial<RESTOptions>;
}

/** Permissions to see a channel, write in it, attach pictures, and open threads for trainings. */
const PERMISSIONS =
	PermissionFlagsBits.ViewChannel |
	PermissionFlagsBits.SendMessages |
	PermissionFlagsBits.SendMessagesInThreads |
	PermissionFlagsBits.CreatePublicThreads |
	PermissionFlagsBits.EmbedLinks |
	PermissionFlagsBits.AttachFiles;

export interface Deployed {
	/** The slash commands that are now registered. */
	readonly names: readonly string[];
	/** The commands in a message's menu. */
	readonly messageCommands: readonly string[];
	/** The address that invites the bot to a server. */
	readonly inviteUrl: string;
}

/**
 * Registers the whole list in one request, which replaces what was registered before.
 *
 * @throws {ConfigError} when Discord refuses the token or the application id
 */
export async function deployCommands({ commands, token, applicationId, rest }: DeployDeps): Promise<Deployed> {
	checkToken(token);
	const api = new REST(rest).setToken(token);
	try {
		const application = (await api.get(Routes.currentApplication())) as RESTGetCurrentApplicationResult;
		const { id } = application;
		if (applicationId && applicationId !== id) throw foreignApplication(applicationId);
		const body = registration(commands, installsOf(application));
		const registered = (await api.put(Routes.applicationCommands(id), { body })) as RESTPutAPIApplicationCommandsResult;
		const namesOf = (kind: ApplicationCommandType) =>
			registered.filter(({ type }) => type === kind).map(({ name }) => name);
		return {
			names: namesOf(ApplicationCommandType.ChatInput),
			messageCommands: namesOf(ApplicationCommandType.Message),
			inviteUrl: inviteUrl(id),
		};
	} catch (error) {
		throw isUnauthorized(error) ? tokenRefused() : error;
	}
}

/** @returns lines that say what was done */
export async function deploy(deps: DeployDeps): Promise<readonly string[]> {
	const { names, messageCommands: entries, inviteUrl: invite } = await deployCommands(deps);
	return [
		`Registered with Discord: ${names.map((name) => `/${name}`).join(' ')}`,
		`In each message's menu: ${entries.join(', ')}`,
		`Invite the bot to a server: ${invite}`,
	];
}

function inviteUrl(applicationId: string): string {
	const query = new URLSearchParams({
		client_id: applicationId,
		permissions: String(PERMISSIONS),
		scope: 'bot applications.commands',
	});
	return `https://discord.com/oauth2/authorize?${query}`;
}
