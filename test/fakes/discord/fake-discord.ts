/**
 * A Discord on 127.0.0.1, for the real discord.js client: its HTTP API, gateway and file server, and the hands of the
 * people who use the bot. Built from the public documentation; the faults are fields of `world`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gateway } from './gateway.ts';
import { answer, json } from './rest.ts';
import {
	APPLICATION,
	CHANNEL,
	type FakeInteraction,
	type FakeMessage,
	type FakeUser,
	GUILD,
	type Upload,
	World,
} from './world.ts';

export const STUDENT: FakeUser = { id: '400000000000000001', name: 'Student' };
export const OTHER: FakeUser = { id: '400000000000000002', name: 'Other' };
export const TEACHER: FakeUser = { id: '400000000000000003', name: 'Teacher', manager: true };
/** Manages the server, but has only brought the bot along. */
export const VISITOR: FakeUser = { id: '400000000000000004', name: 'Visitor', manager: true, visitor: true };

export const IN_PRIVATE: FakeUser = { id: '400000000000000005', name: 'Shy', manager: true, direct: true };

/** Permission bits: ManageGuild, and what everyone has. */
const MANAGE_GUILD = 1n << 5n;
const EVERYONE = 1n << 11n;

type OptionValue = string | number | Upload;

export type FakeDiscord = Awaited<ReturnType<typeof startFakeDiscord>>;

/** @param port of an earlier one, to come up where that was; 0 = any free one */
export async function startFakeDiscord(port = 0) {
	const world = new World();
	const server = createServer((request, response) => {
		answer(world, origin(), request, response).catch((error) => response.destroy(error));
	});
	const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const gateway = new Gateway(server, origin, world);
	await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

	function interact(type: number, data: object, user: FakeUser, pressed?: FakeMessage): FakeInteraction {
		const id = world.newId();
		const interaction = {
			id,
			token: `token-of-${id}`,
			type,
			createdAt: Date.now(),
			pressed,
			original: pressed,
			followUps: [],
		};
		world.interactions.push(interaction);
		const person = {
			id: user.id,
			username: user.name.toLowerCase(),
			discriminator: '0',
			global_name: user.name,
			avatar: null,
		};
		gateway.dispatch('INTERACTION_CREATE', {
			id,
			application_id: APPLICATION,
			type,
			token: interaction.token,
			version: 1,
			data,
			channel_id: CHANNEL,
			channel: { id: CHANNEL, type: user.direct ? 1 : 0, name: 'images', permissions: String(EVERYONE) },
			locale: 'en-US',
			app_permissions: String(EVERYONE),
			entitlements: [],
			attachment_size_limit: 10 * 2 ** 20,
			...(user.direct ? inPrivate(person) : inServer(person, user)),
			...(pressed && { message: json(pressed) }),
		});
		return interaction;
	}

	const commandId = (name: string) => {
		const command = world.commands.find((candidate) => candidate.name === name);
		if (!command) throw new Error(`/${name} is not registered`);
		return command.id;
	};

	return {
		world,
		gateway,
		/** The `rest` option of discord.js: everything on this server. */
		rest: { api: `${origin()}/api`, cdn: `${origin()}/cdn`, mediaProxy: `${origin()}/cdn` },

		/** Somebody sends a slash command. */
		slash(name: string, values: Record<string, OptionValue> = {}, user = STUDENT): FakeInteraction {
			const attachments: Record<string, object> = {};
			const options = Object.entries(values).map(([option, value]) => {
				if (typeof value === 'string') return { name: option, type: 3, value };
				if (typeof value === 'number') return { name: option, type: Number.isInteger(value) ? 4 : 10, value };
				const { id, path } = world.addFile(value);
				const url = value.claimedUrl ?? `${origin()}/cdn/${path}`;
				const size = value.claimedSize ?? value.bytes.length;
				attachments[id] = { id, filename: value.name, content_type: value.type, size, url, proxy_url: url };
				return { name: option, type: 11, value: id };
			});
			return interact(2, { id: commandId(name), name, type: 1, options, resolved: { attachments } }, user);
		},

		/** Somebody types into an option. */
		type(name: string, option: string, typed: string, user = STUDENT): FakeInteraction {
			const options = [{ name: option, type: 3, value: typed, focused: true }];
			return interact(4, { id: commandId(name), name, type: 1, options }, user);
		},

		/** Somebody presses the button that says `label`. */
		press(message: FakeMessage, label: string, user = STUDENT): FakeInteraction {
			const buttons = message.components.flatMap((row) => row.components);
			const button = buttons.find((candidate) => candidate.label === label);
			if (!button)
				throw new Error(`no button "${label}" among ${buttons.map((each) => each.label).join(', ') || 'none'}`);
			return interact(3, { custom_id: button.custom_id, component_type: 2 }, user, message);
		},

		/** Somebody presses a button that an older bot has left behind. */
		pressId(message: FakeMessage, customId: string, user = STUDENT): FakeInteraction {
			return interact(3, { custom_id: customId, component_type: 2 }, user, message);
		},

		async close(): Promise<void> {
			gateway.close();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

const inPrivate = (person: { id: string }) => ({
	user: person,
	context: 1,
	authorizing_integration_owners: { 0: '0', 1: person.id },
});

const inServer = (person: { id: string }, { manager, visitor }: FakeUser) => ({
	guild_id: GUILD,
	guild_locale: 'en-US',
	context: 0,
	authorizing_integration_owners: visitor ? { 1: person.id } : { 0: GUILD },
	member: {
		user: person,
		roles: [],
		joined_at: '2026-01-01T00:00:00Z',
		deaf: false,
		mute: false,
		flags: 0,
		permissions: String(manager ? EVERYONE | MANAGE_GUILD : EVERYONE),
	},
});

/** Resolves with what `look` finds, as soon as it finds something. */
export async function until<T>(what: string, look: () => T | undefined | false | null, limitMs = 5000): Promise<T> {
	const end = performance.now() + limitMs;
	for (;;) {
		const found = look();
		if (found) return found;
		if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
