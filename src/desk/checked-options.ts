/** Fills in the options that a request did not give, and checks all of them. */
import { randomInt } from 'node:crypto';
import type { Command } from '../../commands/lib/command.ts';
import { checkIdle } from '../../commands/lib/idle-options.ts';
import type { ChannelSettings } from '../../commands/lib/moderation.ts';
import type { OptionSpecs, RawOptions, Values } from '../../commands/lib/options.ts';
import { parseOptions } from '../../commands/lib/parse-options.ts';
import { MAX_SEED } from '../../gpu/jobs/index.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
import type { User } from '../store/records.ts';
import { checkWords } from './access.ts';
import { checkChannelLimits, withDefaults, withFewSteps, withoutIdleDefaults } from './channel-rules.ts';

/** What a request's options are checked against. */
export interface OptionRules {
	readonly models: ModelList;
	readonly settings: ChannelSettings;
	/** The forbidden words. */
	readonly words: readonly string[];
}

export interface CheckedOptions {
	/** The options as stored, so that the request can be repeated. */
	readonly options: RawOptions;
	readonly values: Values<OptionSpecs>;
}

/** @throws {UserError} for the first option that is wrong or exceeds what this user may ask for */
export function checkedOptions(
	command: Command,
	given: RawOptions,
	user: User,
	{ models, settings, words }: OptionRules,
): CheckedOptions {
	const parsed = (raw: RawOptions) => parseOptions(command.name, command.options, raw, { models, drawSeed });
	const usual = withDefaults(command.options, given, settings, models);
	const usualValues = parsed(usual);
	const filled = withFewSteps(usual, usualValues, settings, user);
	const whole = filled === usual ? usualValues : parsed(filled);
	const options = withoutIdleDefaults(command, given, filled, whole);
	const values = parsed(options);
	checkIdle(command, given, values);
	if (!command.staffOnly) checkWords(words, command.options, options);
	checkChannelLimits(whole, settings, user);
	return { options, values };
}

/**
 * Adds a seed if none was given, so that the request makes the same picture every time it runs.
 *
 * @param seed the channel's seed; drawn if absent
 */
export function withSeed(specs: OptionSpecs, options: RawOptions, seed?: number): RawOptions {
	const missing = Object.keys(specs).filter((name) => {
		const value = options[name];
		return specs[name].kind === 'seed' && (value === undefined || String(value).trim() === '');
	});
	return { ...options, ...Object.fromEntries(missing.map((name) => [name, seed ?? drawSeed()])) };
}

const drawSeed = () => randomInt(MAX_SEED + 1);
