/** What an empty conversation shows: examples to run with a click, and a button for every other command that makes pictures. */
import type { WireCommand, WireExample, WireRegistry } from '../wire.ts';
import { h } from './dom.ts';

/** @param run sends an example's line */
export const examples = ({ examples }: WireRegistry, run: (example: WireExample) => void): HTMLElement[] =>
	examples.map((example) => {
		const { title, line, picture, flips } = example;
		return h(
			'li',
			{},
			h(
				'button',
				{ type: 'button', onclick: () => run(example) },
				h('span', { class: 'example-picture' }, h('img', { src: picture, alt: '', class: flips ? 'flips' : '' })),
				h('b', {}, title),
				// Keeps a line break from parting an option from its dashes.
				h('code', {}, ...line.split(' ').flatMap((word) => [h('span', {}, word), ' '])),
			),
		);
	});

/** @param open shows a command's form */
export function otherCommands(
	{ commands, examples }: WireRegistry,
	open: (command: WireCommand) => void,
): HTMLElement[] {
	const isShown = ({ name }: WireCommand) => examples.some(({ line }) => line.startsWith(`/${name} `));
	return commands
		.filter((command) => command.makesPictures && !isShown(command))
		.map((command) =>
			h(
				'li',
				{},
				h(
					'button',
					{ type: 'button', onclick: () => open(command) },
					h('b', { class: 'command' }, `/${command.name}`),
					h('span', {}, command.summary),
				),
			),
		);
}
