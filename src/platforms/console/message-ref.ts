/** References to the console's messages. */
import { atTheMachine } from '../../../commands/lib/at-the-machine.ts';
import type { MessageRef } from '../../store/records.ts';
import { NAME } from './settings.ts';

/** The channel that the console's only conversation counts as. */
export const CHANNEL = `${NAME}:local`;

/** @param person the id of the person who asked */
export const messageRefOf = (message: string, person: string): MessageRef => ({
	platform: NAME,
	channel: CHANNEL,
	message,
	person,
});

/** Messages stored before the console told people apart belong to the operator. */
export const ownerOf = ({ person }: MessageRef): string => (typeof person === 'string' ? person : atTheMachine(NAME));
