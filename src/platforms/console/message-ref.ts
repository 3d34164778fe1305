/** Where a message of the console is: in its one conversation. */
import type { MessageRef } from '../../store/records.ts';
import { NAME } from './settings.ts';

/** There is one conversation; its settings are those of a channel of this name. */
export const CHANNEL = `${NAME}:local`;

export const messageRefOf = (message: string): MessageRef => ({ platform: NAME, channel: CHANNEL, message });
