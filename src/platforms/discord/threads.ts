/**
 * Knows which channels are threads. Without intents discord.js has no servers cached, so it drops the channel that comes with
 * every interaction; this reads it from the gateway's raw packets.
 */
import { type BaseInteraction, ChannelType, type Client, Events, GatewayDispatchEvents } from 'discord.js';

interface Thread {
	readonly id: string;
	/** The id of the channel that it belongs to. */
	readonly parent: string | undefined;
}

interface Packet {
	readonly t?: string | null;
	readonly d?: {
		readonly channel?: { readonly id: string; readonly type: ChannelType; readonly parent_id?: string | null };
	};
}

/** The threads seen by each client, by their ids. */
const known = new WeakMap<Client, Map<string, Thread>>();

/** Listens to a client. Raw packets are reported before their interactions, so a thread is known in time. */
export function watchThreads(client: Client): void {
	const threads = new Map<string, Thread>();
	known.set(client, threads);
	client.on(Events.Raw as never, ({ t, d }: Packet) => {
		if (t !== GatewayDispatchEvents.InteractionCreate || !d?.channel) return;
		const { id, type, parent_id: parent } = d.channel;
		if (THREADS.includes(type)) threads.set(id, { id, parent: parent ?? undefined });
	});
}

/** The thread that an interaction comes from; undefined for a channel that is not a thread. */
export function threadOf({ client, channelId }: BaseInteraction): Thread | undefined {
	return channelId === null ? undefined : known.get(client)?.get(channelId);
}

const THREADS = [ChannelType.PublicThread, ChannelType.PrivateThread, ChannelType.AnnouncementThread];
