/** A chat without a network: one room with messages and one person. It outlives the bots in it. */
import type { RawOptions } from '../../../../commands/lib/options.ts';
import type { Button } from '../../../../src/desk/view.ts';

export interface Content {
	readonly text: string;
	/** File names. */
	readonly pictures: readonly string[];
	readonly buttons: readonly Button[];
}

/** The bot's listener in the room. */
export interface Ears {
	hear(line: string): Promise<void>;
	press(message: string, button: string): Promise<void>;
}

export class Room {
	/** By id, oldest first. */
	readonly messages = new Map<string, Content>();
	/** Messages that only one person sees. */
	readonly whispers: string[] = [];
	/** The buttons of the last whisper. */
	offered: readonly Button[] = [];
	/** Notifications that something is finished. */
	readonly calls: string[] = [];
	/** Forms that the bot has opened. */
	readonly forms: { readonly command: string; readonly options: RawOptions }[] = [];
	/** Whether messages with pictures are rejected. */
	refusesPictures = false;
	ears: Ears | undefined;
	#count = 0;

	post(content: Content): string {
		this.#check(content);
		this.#count += 1;
		const id = `m${this.#count}`;
		this.messages.set(id, content);
		return id;
	}

	edit(id: string, content: Content): void {
		this.#check(content);
		if (this.messages.has(id)) this.messages.set(id, content);
	}

	#check({ pictures }: Content): void {
		if (this.refusesPictures && pictures.length > 0) throw new Error('no pictures in this room');
	}
}
