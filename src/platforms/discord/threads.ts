/**
 * Which channels are threads. Without an intent discord.js knows no server, and so leaves out the channel that every interaction
 * comes with: it is read off the gateway's own words.
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

/** By their ids. */
const known = new WeakMap<Client, Map<string, Thread>>();

/** Listens to a client; before its own interactions are handled, as it tells of packets first. */
export function watchThreads(client: Client): void {
	const threads = new Map<string, Thread>();
	known.set(client, threads);
	client.on(Events.Raw as never, ({ t, d }: Packet) => {
		if (t !== GatewayDispatchEvents.InteractionCreate || !d?.channel) return;
		const { id, type, parent_id: parent } = d.channel;
		if (THREADS.includes(type)) threads.set(id, { id, parent: parent ?? undefined });
	});
}

/** Where an interaction comes from; undefined for a channel that is no thread. */
export function threadOf({ client, channelId }: BaseInteraction): Thread | undefined {
	return channelId === null ? undefined : known.get(client)?.get(channelId);
}

const THREADS = [ChannelType.PublicThread, ChannelType.PrivateThread, ChannelType.AnnouncementThread];
