/** The contract of a platform as a row of index.ts: everything that the bot and the operator's verbs need from it. */
import type * as z from 'zod';
import type { Command } from '../../commands/lib/command.ts';
import type { Config, ConfigPart } from '../base/config.ts';
import type { Finding } from '../base/finding.ts';
import type { Log } from '../base/log.ts';
import type { ListeningPort } from '../base/port-problem.ts';
import type { Settings } from '../base/setting.ts';
import type { Platform } from '../chat/platform.ts';
import type { Desk } from '../desk/desk.ts';
import type { Wizard } from './wizard.ts';

/** Its `name` never changes either, because messages are stored under it. */
export interface PlatformDefinition<C = unknown, S extends Settings = Settings> extends ConfigPart<C, S> {
	/** The platform's name for people, as used in the middle of a sentence. */
	readonly title: string;

	/**
	 * Prepares the platform to be started. Heavy modules are imported here, not earlier.
	 *
	 * @param deps includes the data directory, where the platform may keep files of its own
	 * @throws {ConfigError} when its configuration evidently cannot work
	 */
	create(config: C, deps: { readonly desk: Desk; readonly dataDir: string; readonly log: Log }): Promise<Platform>;

	/** The port that it will listen on, if any. */
	port?(config: C): Port | undefined;

	/** Checks its account for `doctor`. */
	examine?(config: C, commands: readonly Command[]): AsyncIterable<Finding>;

	/** An address of its service whose clock `doctor` can compare with. */
	clockAddress?(config: C): string;

	/** Its part of `setup`; absent if it needs none. */
	readonly setup?: {
		/** The variables that it sets; the first one shows whether the platform is set up. */
		readonly variables: readonly string[];
		/** @returns what is left to do once the settings are written */
		connect(wizard: Wizard, commands: readonly Command[]): Promise<() => Promise<void>>;
	};

	/** Its part of `deploy`; absent if nothing has to be registered with its service. */
	readonly deploy?: {
		/** A sentence for an operator who has not set it up. */
		readonly missing: string;
		/** @returns lines that say what was done */
		run(config: C, commands: readonly Command[]): Promise<readonly string[]>;
	};

	/** Command-line verbs that only this platform has. */
	readonly verbs?: Readonly<Record<string, PlatformVerb<S>>>;
}

export interface Port extends ListeningPort {
	/** The port's name for people. */
	readonly name: string;
}

export interface PlatformVerb<S extends Settings> {
	/** One line for help, without its full stop. */
	readonly summary: string;
	/** What comes after the verb: "[ADDRESS]"; empty: nothing does. */
	readonly usage: string;
	/** What to type after the verb. */
	readonly example: string;
	/** Its own options, which have no values, with what each does. */
	readonly options?: Readonly<Record<string, string>>;
	/**
	 * @param words the words after the verb
	 * @param values the platform's checked variables, whether or not it is set up
	 * @returns the text to print
	 * @throws {UserError} for unknown words
	 */
	run(words: readonly string[], values: z.output<z.ZodObject<S>>, commands: readonly Command[]): Promise<string>;
}

/** The platforms that are set up, each with its configuration. */
export function configured(
	platforms: readonly PlatformDefinition[],
	config: Config,
): readonly (readonly [PlatformDefinition, unknown])[] {
	return platforms
		.filter(({ name }) => config.platforms.has(name))
		.map((platform) => [platform, config.platforms.get(platform.name)]);
}

/** Infers a platform's types from its settings; the list of platforms does not need them. */
export function definePlatform<C, S extends Settings>(definition: PlatformDefinition<C, S>): PlatformDefinition {
	return definition;
}
