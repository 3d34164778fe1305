/** A command whose pictures change while it runs, as a training's do: one, then two, and at the end another in place of the second. */
import type { Command, Figure } from '../../../../../commands/lib/command.ts';

export interface TwoSteps {
	readonly command: Command;
	/** Lets it get on. */
	step(): void;
}

export function twoSteps(first: Figure, second: Figure, third: Figure): TwoSteps {
	const steps: (() => void)[] = [];
	const next = () => new Promise<void>((resolve) => steps.push(resolve));
	const run: Command['run'] = async (_options, { tell }) => {
		tell('One.', [first]);
		await next();
		tell('Two.', [first, second]);
		await next();
		return { text: 'Over.', figures: [first, third] };
	};
	return {
		command: { name: 'train', summary: 'Train', example: '', options: {}, run },
		step: () => steps.shift()?.(),
	};
}
