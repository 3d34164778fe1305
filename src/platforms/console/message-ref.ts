/** Where a message of the console is: in its one conversation. */
import type { MessageRef } from '../../store/records.ts';
import { NAME } from './settings.ts';
import type { WireInput } from './wire.ts';

/** There is one conversation; its settings are those of a channel of this name. */
export const CHANNEL = `${NAME}:local`;

/** The pictures that came with a request stand in its reference, so that they outlive the bot with it. */
export function messageRefOf(message: string, inputs: readonly WireInput[]): MessageRef {
	return { platform: NAME, channel: CHANNEL, message, inputs: JSON.stringify(inputs) };
}

export const inputsOf = ({ inputs }: MessageRef): readonly WireInput[] =>
	typeof inputs === 'string' ? JSON.parse(inputs) : [];
