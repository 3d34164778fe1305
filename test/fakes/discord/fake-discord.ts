/**
 * A fake Discord on 127.0.0.1 for the real discord.js client: its HTTP API, gateway and file server, and what people do in
 * it. Built from the public documentation. The fields of `world` inject faults.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gateway } from './gateway.ts';
import { json } from './message-json.ts';
import { answer } from './rest.ts';
import {
	APPLICATION,
	type FakeField,
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
/** Manages the server, which has not installed the bot; this person uses it as a personal app. */
export const VISITOR: FakeUser = { id: '400000000000000004', name: 'Visitor', manager: true, visitor: true };

export const IN_PRIVATE: FakeUser = { id: '400000000000000005', name: 'Shy', manager: true, direct: true };

export const IN_GROUP: FakeUser = { id: '400000000000000006', name: 'Friend', group: true };

/** Permission bits: ManageGuild, what everyone has, and what a bot needs. */
const MANAGE_GUILD = 1n << 5n;
const EVERYONE = 1n << 11n;
const VIEW_CHANNEL = 1n << 10n;
export const ATTACH_FILES = 1n << 15n;
export const CREATE_THREADS = 1n << 35n;
export const SEND_IN_THREADS = 1n << 38n;

export const PUBLIC_THREAD = 11;
export const PRIVATE_THREAD = 12;

type OptionValue = string | number | boolean | Upload | { readonly user: FakeUser };

export type FakeDiscord = Awaited<ReturnType<typeof startFakeDiscord>>;

/** @param port an earlier fake's, to start in its place; 0 for any free one */
export async function startFakeDiscord(port = 0) {
	const world = new World();
	const server = createServer((request, response) => {
		answer(world, origin(), request, response).catch((error) => response.destroy(error));
	});
	// As long as Discord's, so that connections are not closed between the bot's requests.
	server.keepAliveTimeout = 120_000;
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
		const person = personOf(user);
		const all = EVERYONE | VIEW_CHANNEL | ATTACH_FILES | SEND_IN_THREADS;
		const permissions = String((world.botInChannel ? all : EVERYONE) & ~world.botLacks);
		gateway.dispatch('INTERACTION_CREATE', {
			id,
			application_id: APPLICATION,
			type,
			token: interaction.token,
			version: 1,
			data,
			channel_id: world.place.id,
			channel: {
				...world.place,
				...(user.direct ? { type: 1 } : user.group && { type: 3 }),
				name: 'images',
				permissions: String(EVERYONE),
			},
			locale: 'en-US',
			app_permissions: permissions,
			entitlements: [],
			attachment_size_limit: world.maxFileBytes,
			...(user.direct || user.group ? inPrivate(person, user) : inServer(person, user)),
			...(pressed && { message: json(pressed, origin()) }),
		});
		return interaction;
	}

	const commandOf = (name: string) => {
		const command = world.commands.find((candidate) => candidate.name === name);
		if (!command) throw new Error(`${name} is not registered`);
		return command;
	};

	/** The data of a slash command, or of its subcommand if the name has two words. */
	function slashData(words: string, options: object[], resolved: object = {}) {
		const [name, verb] = words.split(' ');
		const inner = verb === undefined ? options : [{ name: verb, type: 1, options }];
		return { id: commandOf(name).id, name, type: 1, options: inner, resolved };
	}

	/** Adds a file to an interaction's resolved attachments and returns its id. */
	function attach(upload: Upload, attachments: Record<string, object>): string {
		const { id, path } = world.addFile(upload);
		const url = upload.claimedUrl ?? `${origin()}/cdn/${path}`;
		const size = upload.claimedSize ?? upload.bytes.length;
		attachments[id] = { id, filename: upload.name, content_type: upload.type, size, url, proxy_url: url };
		return id;
	}

	return {
		world,
		gateway,
		/** The `rest` option for discord.js, which points everything at this server. */
		rest: { api: `${origin()}/api`, cdn: `${origin()}/cdn`, mediaProxy: `${origin()}/cdn` },

		/** Somebody sends a slash command. */
		slash(name: string, values: Record<string, OptionValue> = {}, user = STUDENT): FakeInteraction {
			const [missing] = requiredOf(commandOf(name.split(' ')[0])).filter((option) => !(option in values));
			if (missing) throw new Error(`the client does not send /${name} without ${missing}`);
			const attachments: Record<string, object> = {};
			const users: Record<string, object> = {};
			const options = Object.entries(values).map(([option, value]) => {
				if (typeof value === 'string') return { name: option, type: 3, value };
				if (typeof value === 'boolean') return { name: option, type: 5, value };
				if (typeof value === 'number') return { name: option, type: Number.isInteger(value) ? 4 : 10, value };
				if (!('user' in value)) return { name: option, type: 11, value: attach(value, attachments) };
				users[value.user.id] = personOf(value.user);
				return { name: option, type: 6, value: value.user.id };
			});
			return interact(2, slashData(name, options, { attachments, users }), user);
		},

		/** Somebody chooses a command from a message's menu. */
		menu(message: FakeMessage, name: string, user = STUDENT): FakeInteraction {
			const resolved = { messages: { [message.id]: json(message, origin()) } };
			const { id, type } = commandOf(name);
			return interact(2, { id, name, type, target_id: message.id, resolved }, user);
		},

		/** Somebody submits the form that answered an interaction, changing only the fields in `values`. */
		submit(
			form: FakeInteraction,
			values: Record<string, string | boolean | Upload> = {},
			user = STUDENT,
		): FakeInteraction {
			const { custom_id, components } = form.callback?.data ?? {};
			if (!custom_id || !components) throw new Error('the interaction was not answered with a form');
			const attachments: Record<string, object> = {};
			const filled = components.map(({ component: field }) => {
				const value = values[field.custom_id] ?? shown(field);
				const answer = { type: field.type, custom_id: field.custom_id };
				if (typeof value === 'object') return { ...answer, values: [attach(value, attachments)] };
				return {
					...answer,
					...(field.type === 3 || field.type === 19 ? { values: value === '' ? [] : [value] } : { value }),
				};
			});
			const data = {
				custom_id,
				components: filled.map((component) => ({ type: 18, component })),
				resolved: { attachments },
			};
			return interact(5, data, user, undefined);
		},

		/** Somebody writes a message with files. */
		post(files: readonly Upload[], user = STUDENT): FakeMessage {
			const message = world.newMessage(0, user);
			message.attachments = files.map((file) => ({
				...file,
				description: undefined,
				spoiler: false,
				...world.addFile(file),
			}));
			return message;
		},

		/** Somebody types in an option with autocompletion. */
		type(
			name: string,
			option: string,
			typed: string,
			given: Record<string, string> = {},
			user = STUDENT,
		): FakeInteraction {
			const others = Object.entries(given).map(([other, value]) => ({ name: other, type: 3, value }));
			const options = [...others, { name: option, type: 3, value: typed, focused: true }];
			return interact(4, slashData(name, options), user);
		},

		/** Somebody presses the button with this label. */
		press(message: FakeMessage, label: string, user = STUDENT): FakeInteraction {
			const buttons = message.components.flatMap((row) => row.components);
			const button = buttons.find((candidate) => candidate.label === label);
			if (!button)
				throw new Error(`no button "${label}" among ${buttons.map((each) => each.label).join(', ') || 'none'}`);
			return interact(3, { custom_id: button.custom_id, component_type: 2 }, user, message);
		},

		/** Somebody presses a button that an older version of the bot left behind. */
		pressId(message: FakeMessage, customId: string, user = STUDENT): FakeInteraction {
			return interact(3, { custom_id: customId, component_type: 2 }, user, message);
		},

		/** @throws {Error} if the bot sent anything undocumented */
		async close(): Promise<void> {
			gateway.close();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			world.violations.end();
		},
	};
}

const requiredOf = ({ options = [] }: { readonly options?: readonly { name: string; required?: boolean }[] }) =>
	options.filter(({ required }) => required).map(({ name }) => name);

/** The initial value of a field. */
function shown({ type, value, options, default: isOn }: FakeField): string | boolean {
	if (type === 23) return isOn === true;
	return value ?? options?.find((option) => option.default)?.value ?? '';
}

const personOf = ({ id, name }: FakeUser) => {
	return { id, username: name.toLowerCase(), discriminator: '0', global_name: name, avatar: null };
};

const inPrivate = (person: { id: string }, { group }: FakeUser) => ({
	user: person,
	context: group ? 2 : 1,
	authorizing_integration_owners: group ? { 1: person.id } : { 0: '0', 1: person.id },
});

const inServer = (person: { id: string }, { manager, visitor, roles = [] }: FakeUser) => ({
	guild_id: GUILD,
	guild_locale: 'en-US',
	context: 0,
	authorizing_integration_owners: visitor ? { 1: person.id } : { 0: GUILD },
	member: {
		user: person,
		roles,
		joined_at: '2026-01-01T00:00:00Z',
		deaf: false,
		mute: false,
		flags: 0,
		permissions: String(manager ? EVERYONE | MANAGE_GUILD : EVERYONE),
	},
});
