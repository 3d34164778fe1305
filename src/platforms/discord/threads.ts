/**
 * Which channels are threads. Without an intent discord.js knows no server, and so leaves out the channel that every interaction
 * comes with: it is read off the gateway's own words.
 */
import { type BaseInteraction, ChannelType, type Client, Events, GatewayDispatchEvents } from 'discord.js';

type ThreadType = ChannelType.PublicThread | ChannelType.PrivateThread | ChannelType.AnnouncementThread;

interface Packet {
	readonly t?: string | null;
	readonly d?: { readonly channel?: { readonly id: string; readonly type: ChannelType } };
}

/** By the ids of threads. */
const known = new WeakMap<Client, Map<string, ThreadType>>();

/** Listens to a client; before its own interactions are handled, as it tells of packets first. */
export function watchThreads(client: Client): void {
	const threads = new Map<string, ThreadType>();
	known.set(client, threads);
	client.on(Events.Raw as never, ({ t, d }: Packet) => {
		if (t !== GatewayDispatchEvents.InteractionCreate || !d?.channel) return;
		const { id, type } = d.channel;
		if (isThread(type)) threads.set(id, type);
	});
}

/** Undefined for a channel that is no thread. */
export function threadTypeOf({ client, channelId }: BaseInteraction): ThreadType | undefined {
	return channelId === null ? undefined : known.get(client)?.get(channelId);
}

const isThread = (type: ChannelType): type is ThreadType =>
	[ChannelType.PublicThread, ChannelType.PrivateThread, ChannelType.AnnouncementThread].includes(type);
