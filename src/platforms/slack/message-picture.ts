/** Finds the picture in a message: a file, a block, a link's preview, or a link; also in messages that it shares. */
import { isAddress, linkedPictures } from '../../chat/linked-pictures.ts';
import type { GivenFile } from './modal.ts';
import { labelOf, looksLikePicture, type SharedFile } from './shared-files.ts';

interface Block {
	readonly type: string;
	readonly slack_file?: { readonly id?: string };
	readonly image_url?: string;
}

/** The parts of a message that hold its content. */
export interface MessageContent {
	readonly ts: string;
	readonly text?: string;
	readonly files?: readonly SharedFile[];
	readonly blocks?: readonly Block[];
	/** Link previews, and messages that are shared in it. */
	readonly attachments?: readonly Unfolded[];
}

interface Unfolded extends Omit<MessageContent, 'ts' | 'attachments'> {
	readonly image_url?: string;
	readonly thumb_url?: string;
	readonly message_blocks?: readonly { readonly message?: { readonly blocks?: readonly Block[] } }[];
}

const NAME = 'the picture of the message';

/** @returns a Slack file or a web address; undefined if there is neither */
export function pictureIn(message: MessageContent): GivenFile | undefined {
	const parts: readonly Unfolded[] = [message, ...(message.attachments ?? [])];
	const find = <T>(look: (part: Unfolded) => readonly T[]) => parts.flatMap(look)[0];
	const shared = find(({ files = [] }) => files.filter(looksLikePicture));
	if (shared) return { file: shared.id, name: shared.name ? labelOf(shared) : NAME };
	const shown = find((part) => shownFiles({ blocks: blocksOf(part) }));
	if (shown) return { file: shown, name: NAME };
	const address =
		find((part) =>
			[...blocksOf(part).map(({ image_url }) => image_url), part.image_url, part.thumb_url].filter(isAddress),
		) ?? find(({ text = '' }) => linkedPictures(text));
	return address === undefined ? undefined : { address, name: NAME };
}

const blocksOf = ({ blocks = [], message_blocks = [] }: Unfolded): readonly Block[] => [
	...blocks,
	...message_blocks.flatMap(({ message }) => message?.blocks ?? []),
];

/** The files that the picture blocks of a message name. */
export function shownFiles({ blocks = [] }: Pick<MessageContent, 'blocks'>): string[] {
	return blocks.flatMap(({ type, slack_file }) => (type === 'image' && slack_file?.id ? [slack_file.id] : []));
}
