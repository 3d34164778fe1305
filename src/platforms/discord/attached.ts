/** The files that a message has already: an edit that shows the same ones again names them, and does not send them. */
import type { APIMessage } from 'discord.js';
import type { Payload } from './render.ts';

interface Kept {
	/** Discord's own. */
	readonly id: string;
	readonly name: string;
	/** Same bytes, same file. */
	readonly data: Payload['files'][number]['data'];
}

export class Attached {
	#kept: readonly Kept[] = [];

	/** The payload without the files that the message has. */
	without({ body, files }: Payload): Payload {
		const left: Payload['files'] = [];
		const attachments = (body.attachments ?? []).map((attachment, i) => {
			const known = this.#find(files[i]);
			if (known) return { ...attachment, id: known.id };
			left.push(files[i]);
			return { ...attachment, id: left.length - 1 };
		});
		return { body: { ...body, attachments }, files: left };
	}

	/** @param message as Discord has it now */
	keep({ files }: Payload, { attachments = [] }: Partial<APIMessage> = {}): void {
		const known = new Map(files.flatMap((file) => (this.#find(file) ? [[file, this.#find(file)!.id]] : [])));
		const ids = new Set(known.values());
		const added = attachments.filter(({ id }) => !ids.has(id));
		const fresh = files.filter((file) => !known.has(file));
		// Unless each new one is there once, nothing is taken for granted.
		this.#kept =
			added.length === fresh.length
				? files.map((file) => {
						const id = known.get(file) ?? added[fresh.indexOf(file)].id;
						return { id, name: file.name, data: file.data };
					})
				: [];
	}

	#find({ name, data }: Payload['files'][number]): Kept | undefined {
		return this.#kept.find((kept) => kept.data === data && kept.name === name);
	}
}
