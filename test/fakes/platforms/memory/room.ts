/** A chat without a network: one room with messages in it, and somebody who types and presses. It outlives the bots in it. */
import type { RawOptions } from '../../../../commands/lib/options.ts';
import type { Button } from '../../../../src/desk/view.ts';

export interface Content {
	readonly text: string;
	/** Names of files. */
	readonly pictures: readonly string[];
	readonly buttons: readonly Button[];
}

/** Whoever listens in the room: a bot. */
export interface Ears {
	hear(line: string): Promise<void>;
	press(message: string, button: string): Promise<void>;
}

export class Room {
	/** By their ids, the oldest first. */
	readonly messages = new Map<string, Content>();
	/** What one person alone has been told. */
	readonly whispers: string[] = [];
	/** The buttons of the last whisper. */
	offered: readonly Button[] = [];
	/** Who was told that something is over. */
	readonly calls: string[] = [];
	/** What somebody was asked to fill in. */
	readonly forms: { readonly command: string; readonly options: RawOptions }[] = [];
	/** Messages with pictures are refused. */
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
