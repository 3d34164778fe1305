/** What the menu of a message offers, on every platform that has one: what people do with a picture that is there already. */

interface Entry {
	/** At most 24 characters, the limit of the strictest platform. */
	readonly name: string;
	/** One line, at most 150 characters. */
	readonly description: string;
}

/** The form of a command, with the message's picture in it. */
interface PictureEntry extends Entry {
	readonly type: 'picture';
	readonly command: string;
}

/** What the button of an action does under a result of ours. */
interface ActionEntry extends Entry {
	readonly type: 'action';
	readonly action: string;
	/** Only the asker should see what comes of it. */
	readonly ephemeral: boolean;
}

export type MenuEntry = PictureEntry | ActionEntry;

export const MESSAGE_MENU: readonly MenuEntry[] = [
	{
		name: 'Use as sketch',
		description: 'Turn the picture of this message into another one',
		type: 'picture',
		command: 'edit',
	},
	{
		name: 'Inpaint this',
		description: 'Make parts of the picture of this message anew',
		type: 'picture',
		command: 'inpaint',
	},
	{
		name: 'Show settings',
		description: 'How this picture of Flipside was made',
		type: 'action',
		action: 'details',
		ephemeral: true,
	},
	{
		name: 'Run again',
		description: 'Ask Flipside for the same with a new seed',
		type: 'action',
		action: 'again',
		ephemeral: false,
	},
];
