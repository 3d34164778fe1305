/** Remembers a message's files, so that an edit that shows the same ones refers to them instead of sending them again. */
import type { APIMessage } from 'discord.js';
import type { Payload } from './render.ts';

interface Kept {
	/** Discord's id of the attachment. */
	readonly id: string;
	readonly name: string;
	/** The file is the same if these are the same bytes. */
	readonly data: Payload['files'][number]['data'];
}

export class Attached {
	#kept: readonly Kept[] = [];

	/** The payload without the files that the message already has. */
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

	/** @param message the message as Discord returned it */
	keep({ files }: Payload, { attachments = [] }: Partial<APIMessage> = {}): void {
		const known = new Map(files.flatMap((file) => (this.#find(file) ? [[file, this.#find(file)!.id]] : [])));
		const ids = new Set(known.values());
		const added = attachments.filter(({ id }) => !ids.has(id));
		const fresh = files.filter((file) => !known.has(file));
		// Unless each new file appears exactly once, nothing is assumed.
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
