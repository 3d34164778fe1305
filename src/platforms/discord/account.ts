/** Asks Discord about the configured token, for `setup` and `doctor`; the bot itself finds out when it starts. */
import { randomBytes } from 'node:crypto';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import {
	type ApplicationIntegrationType,
	REST,
	type RESTGetAPIApplicationCommandsResult,
	type RESTGetAPICurrentUserGuildsResult,
	type RESTGetAPICurrentUserResult,
	type RESTGetAPIGatewayBotResult,
	type RESTGetAPIGuildRolesResult,
	type RESTGetCurrentApplicationResult,
	RESTJSONErrorCodes,
	type RESTOptions,
	Routes,
} from 'discord.js';
import { hasCode, isClosedToBot, isUnauthorized } from './api-errors.ts';
import { type Fault, faultsOf, installsOf, isPrivate } from './application.ts';
import type { DiscordConfig } from './settings.ts';
import { checkToken, foreignApplication, tokenRefused } from './tokens.ts';

export interface DiscordQuestion extends Pick<DiscordConfig, 'token'>, Partial<Pick<DiscordConfig, 'applicationId'>> {
	/** Other addresses than Discord's own, for tests. */
	readonly rest?: Partial<RESTOptions>;
}

export interface DiscordAccount {
	/** The bot's name. */
	readonly name: string;
	readonly applicationId: string;
	/** Problems with the application's settings in the portal. */
	readonly faults: readonly Fault[];
	/** Only its owner can install it. */
	readonly isPrivate: boolean;
	/** How people can install it. */
	readonly installs: readonly ApplicationIntegrationType[];
	/** Ids of the servers that have installed it, at most the first two hundred. */
	servers(): Promise<readonly string[]>;
	/** Ids of the roles that members of a server can have. */
	roles(server: string): Promise<readonly string[]>;
	/** What is registered for all servers. */
	commands(): Promise<RESTGetAPIApplicationCommandsResult>;
	/** Whether the bot sees that channel. */
	sees(channel: string): Promise<boolean>;
	/** Resolves, once the gateway has answered, with the number of logins left for today. */
	gateway(): Promise<number>;
}

/** Short, because somebody is waiting at a terminal. */
const TIMEOUT_MS = 10_000;

/**
 * @throws {ConfigError} when Discord refuses the token, or it belongs to another application; another error when Discord
 *   cannot be reached
 */
export async function askDiscord({ token, applicationId, rest }: DiscordQuestion): Promise<DiscordAccount> {
	checkToken(token);
	const api = new REST({ timeout: TIMEOUT_MS, retries: 1, ...rest }).setToken(token);
	try {
		const user = (await api.get(Routes.user())) as RESTGetAPICurrentUserResult;
		const application = (await api.get(Routes.currentApplication())) as RESTGetCurrentApplicationResult;
		const { id } = application;
		if (applicationId && applicationId !== id) throw foreignApplication(applicationId);
		return {
			name: user.username,
			applicationId: id,
			faults: faultsOf(application),
			isPrivate: isPrivate(application),
			installs: installsOf(application),
			async servers() {
				const guilds = (await api.get(Routes.userGuilds())) as RESTGetAPICurrentUserGuildsResult;
				return guilds.map((guild) => guild.id);
			},
			async roles(server) {
				const roles = (await api.get(Routes.guildRoles(server))) as RESTGetAPIGuildRolesResult;
				// The role @everyone has the server's id, and no member lists it.
				return roles.map((role) => role.id).filter((role) => role !== server);
			},
			commands: async () => (await api.get(Routes.applicationCommands(id))) as RESTGetAPIApplicationCommandsResult,
			async sees(channel) {
				try {
					await api.get(Routes.channel(channel));
					return true;
				} catch (error) {
					if (isClosedToBot(error) || hasCode(error, RESTJSONErrorCodes.UnknownChannel)) return false;
					throw error;
				}
			},
			async gateway() {
				const { url, session_start_limit } = (await api.get(Routes.gatewayBot())) as RESTGetAPIGatewayBotResult;
				await answersAsWebSocket(`${url}/?v=10&encoding=json`);
				return session_start_limit.remaining;
			},
		};
	} catch (error) {
		throw isUnauthorized(error) ? tokenRefused() : error;
	}
}

/** Opens a WebSocket only up to the handshake, which needs no token and starts no session. */
function answersAsWebSocket(url: string): Promise<void> {
	const get = url.startsWith('wss:') ? getHttps : getHttp;
	const headers = {
		connection: 'Upgrade',
		upgrade: 'websocket',
		'sec-websocket-version': '13',
		'sec-websocket-key': randomBytes(16).toString('base64'),
	};
	return new Promise((resolve, reject) => {
		const request = get(url.replace(/^ws/, 'http'), { headers, timeout: TIMEOUT_MS, agent: false });
		request.on('upgrade', (_, socket) => {
			socket.destroy();
			resolve();
		});
		request.on('response', ({ statusCode }) => {
			request.destroy();
			reject(new Error(`it answered with status ${statusCode}, as a proxy might`));
		});
		request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
		request.on('error', reject);
	});
}
