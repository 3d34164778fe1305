/** Handles messages to the bot (mentions and direct messages) and the entries of a message's menu. */
import { findCommand } from '../../../commands/lib/find-command.ts';
import { uploadKindOf } from '../../../commands/lib/upload-kinds.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import type { MenuEntry } from '../../chat/message-menu.ts';
import { MENTION } from '../../chat/typed-request.ts';
import { buttonId } from '../../desk/buttons.ts';
import type { Desk } from '../../desk/desk.ts';
import type { Scene } from './answers.ts';
import type { Front } from './front.ts';
import { type MessageContent, pictureIn } from './message-picture.ts';
import { messageRefOf } from './message-ref.ts';
import type { SentMessage } from './sent-message.ts';
import { looksLikePicture, notAPicture } from './shared-files.ts';
import { readSlackText } from './typed-request.ts';

/**
 * "@Flipside edit a lighthouse" with a picture, "@Flipside a photo of a dog".
 *
 * @param own the bot's user id
 * @throws {UserError} when it cannot be read
 */
export async function answerMessage(
	desk: Desk,
	front: Front,
	scene: Scene,
	{ text = '', files: sent = [] }: MessageContent,
	own: string | undefined,
): Promise<void> {
	const asked = withoutMentions(text, own);
	if (asked === '' && sent.length === 0) return front.ask(scene, findCommand(desk.commands, 'help'), {});
	const files = await front.identified(sent);
	const names = files.map(({ name }) => name ?? '');
	const other = files.find((file, i) => uploadKindOf(names[i]) === 'image' && !looksLikePicture(file));
	if (other) throw new UserError(notAPicture(other));
	const { command: name, values, fileOptions } = readSlackText(desk.commands, asked, { files: names });
	const command = findCommand(desk.commands, name);
	const taken = Object.fromEntries(fileOptions.map((option, i) => [option, front.incoming(files[i])]));
	await front.ask(scene, command, values, taken);
}

/** The text without the bot's mentions, but for one that begins a further line: what follows is another request. */
function withoutMentions(text: string, own: string | undefined): string {
	const mention = `<@${own}(?:\\|[^>]*)?>`;
	return text
		.trim()
		.replace(new RegExp(`(?<=\\n\\s*)${mention}(?=\\s*\\S)`, 'g'), MENTION)
		.replace(new RegExp(mention, 'g'), ' ')
		.trim();
}

/** Slack's id of a menu entry, such as "use_as_sketch". */
export const callbackId = ({ name }: MenuEntry) => name.toLowerCase().replaceAll(' ', '_');

/** @throws {UserError} when the message has no picture, or is not an answer that the bot remembers */
export async function takeShortcut(
	desk: Desk,
	front: Front,
	scene: Scene,
	entry: MenuEntry,
	{
		message,
		triggerId,
		sent,
	}: { readonly message: MessageContent; readonly triggerId: string; readonly sent: SentMessage },
): Promise<void> {
	if (entry.type === 'picture') {
		const image = pictureIn(message);
		if (!image)
			throw new UserError('This message has no picture as a file or as a link; choose one with a PNG or JPEG.');
		const command = findCommand(desk.commands, entry.command);
		return front.openForm(triggerId, { ...scene, command, files: { image } });
	}
	const request = desk.requestAt(messageRefOf({ channel: scene.channel, ts: message.ts }));
	if (!request)
		throw new UserError("Flipside does not remember a request for this message; choose one of Flipside's answers.");
	return front.press(scene, buttonId(entry.action, request), sent, triggerId);
}
