/** Registers the slash commands with Discord: once, and again whenever the commands have changed. */
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
	/** The one that the token must belong to, when given. */
	readonly applicationId?: string;
	/** Other addresses than Discord's own, for tests. */
	readonly rest?: Partial<RESTOptions>;
}

/** To see a channel, write into it, attach pictures, and open threads for trainings. */
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
	/** Those of a message's menu. */
	readonly messageCommands: readonly string[];
	/** The address that invites the bot to a server. */
	readonly inviteUrl: string;
}

/**
 * Puts the whole list in one request, which replaces what was registered before.
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

/** @returns what was done, in lines */
export async function deploy(deps: DeployDeps): Promise<readonly string[]> {
	const { names, messageCommands: entries, inviteUrl: invite } = await deployCommands(deps);
	return [
		`Registered with Discord: ${names.map((name) => `/${name}`).join(' ')}`,
		`In the menu of a message: ${entries.join(', ')}`,
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
