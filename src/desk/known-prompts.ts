/** What a model knows, to be offered while somebody types: its only prompts, or the things that it was taught. */
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
	/** The channel whose settings count. */
	readonly settings: ChannelSettings;
	/** That they keep. */
	readonly files: readonly PromptFile[];
}

/**
 * @param options as far as they are given; the model among them counts
 * @returns undefined where nothing is known of the model but that it reads any text
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
