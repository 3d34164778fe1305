/** The entries of a message's menu, on every platform that has one: things to do with an existing picture. */

interface Entry {
	/** At most 24 characters, the strictest platform's limit. */
	readonly name: string;
	/** One line, at most 150 characters. */
	readonly description: string;
}

/** Opens a command's form, with the message's picture in it. */
interface PictureEntry extends Entry {
	readonly type: 'picture';
	readonly command: string;
}

/** Does the same as an action's button under one of our results. */
interface ActionEntry extends Entry {
	readonly type: 'action';
	readonly action: string;
	/** Only the person who chose it should see the answer. */
	readonly ephemeral: boolean;
}

export type MenuEntry = PictureEntry | ActionEntry;

export const MESSAGE_MENU: readonly MenuEntry[] = [
	{
		name: 'Use as sketch',
		description: 'Turn the picture in this message into another one',
		type: 'picture',
		command: 'edit',
	},
	{
		name: 'Inpaint this',
		description: 'Redraw parts of the picture in this message',
		type: 'picture',
		command: 'inpaint',
	},
	{
		name: 'Show settings',
		description: 'How Flipside made this picture',
		type: 'action',
		action: 'details',
		ephemeral: true,
	},
	{
		name: 'Run again',
		description: 'Run the same request with a new seed',
		type: 'action',
		action: 'again',
		ephemeral: false,
	},
];
