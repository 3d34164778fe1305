/** Where a message of the console is: in its one conversation. */
import { atTheMachine } from '../../../commands/lib/at-the-machine.ts';
import type { MessageRef } from '../../store/records.ts';
import { NAME } from './settings.ts';

/** There is one conversation; its settings are those of a channel of this name. */
export const CHANNEL = `${NAME}:local`;

/** @param person whose message it is, by their id */
export const messageRefOf = (message: string, person: string): MessageRef => ({
	platform: NAME,
	channel: CHANNEL,
	message,
	person,
});

/** Messages from before there were several people are the operator's. */
export const ownerOf = ({ person }: MessageRef): string => (typeof person === 'string' ? person : atTheMachine(NAME));
