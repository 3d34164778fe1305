/** Prompts to suggest while somebody types: a model's only prompts, or the things that it was trained on. */
import type { Command } from '../../commands/lib/command.ts';
import { modelsFor } from '../../commands/lib/models-for.ts';
import type { ChannelSettings } from '../../commands/lib/moderation.ts';
import type { RawOptions } from '../../commands/lib/options.ts';
import type { PromptFile } from '../../commands/lib/prompt-files.ts';
import { COURSE_PROMPTS } from '../../commands/lib/prompts.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import { withDefaults } from './channel-rules.ts';
import { usefulFiles } from './prompt-files.ts';

export interface Asker {
	/** The settings of the channel. */
	readonly settings: ChannelSettings;
	/** The files that the person keeps. */
	readonly files: readonly PromptFile[];
}

/**
 * @param options those given so far, of which the model matters
 * @returns undefined if the model reads any text and lists nothing that it was trained on
 */
export function knownPrompts(
	{ options: specs }: Command,
	options: RawOptions,
	{ settings, files }: Asker,
	models: ModelList,
): readonly string[] | undefined {
	if (specs.model?.kind !== 'model') return undefined;
	const { model: name } = withDefaults(specs, options, settings, models);
	const fitting = modelsFor(specs.model, models.usable);
	const model = name ? fitting.find((each) => each.name === name) : fitting[0];
	if (model?.vocabulary) return [...COURSE_PROMPTS, ...model.vocabulary.things];
	if (!model?.knownPrompts) return undefined;
	const own = usefulFiles(files, [], model).flatMap(({ prompts }) => prompts);
	return [...new Set([...own, ...model.knownPrompts])].filter((prompt) => prompt.trim() !== '');
}
