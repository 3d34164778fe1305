/** The contract of a platform as a row of index.ts: everything that the bot and its operator's verbs need to know of one. */
import type { z } from 'zod';
import type { Command } from '../../commands/lib/command.ts';
import type { Config, ConfigPart, Settings } from '../base/config.ts';
import type { Finding } from '../base/finding.ts';
import type { Log } from '../base/log.ts';
import type { Platform } from '../chat/platform.ts';
import type { Desk } from '../desk/desk.ts';
import type { Wizard } from './wizard.ts';

/** Its `name`, too, is for ever: messages are stored under it. */
export interface PlatformDefinition<C = unknown, S extends Settings = Settings> extends ConfigPart<C, S> {
	/** What people read, in the middle of a sentence. */
	readonly title: string;

	/**
	 * Makes it ready to be started. Whatever is heavy is imported here, and not before.
	 *
	 * @param deps with the data directory, where it may keep files of its own
	 * @throws {ConfigError} when its configuration cannot work, as far as that shows from here
	 */
	create(config: C, deps: { readonly desk: Desk; readonly dataDir: string; readonly log: Log }): Promise<Platform>;

	/** Where it is going to listen, if it is. */
	port?(config: C): Port | undefined;

	/** What `doctor` finds out about its account. */
	examine?(config: C, commands: readonly Command[]): AsyncIterable<Finding>;

	/** Of anything at its service, for `doctor` to compare clocks with. */
	clockAddress?(config: C): string;

	/** Its part of `setup`; absent: it needs none. */
	readonly setup?: {
		/** That it sets, the first of which tells whether the platform is set up. */
		readonly variables: readonly string[];
		/** @returns what is left to do once the settings are written */
		connect(wizard: Wizard, commands: readonly Command[]): Promise<() => Promise<void>>;
	};

	/** Its part of `deploy`; absent: there is nothing to tell its service beforehand. */
	readonly deploy?: {
		/** A sentence for whoever has not set it up. */
		readonly missing: string;
		/** @returns lines that say what was done */
		run(config: C, commands: readonly Command[]): Promise<readonly string[]>;
	};

	/** Verbs of the command line that only it has. */
	readonly verbs?: Readonly<Record<string, PlatformVerb<S>>>;
}

export interface Port {
	/** For people: what it is of. */
	readonly name: string;
	/** That sets it. */
	readonly variable: string;
	/** 0 = any free one. */
	readonly port: number;
	/** Absent: it listens to the network. */
	readonly host?: string;
}

export interface PlatformVerb<S extends Settings> {
	/**
	 * @param words after the verb
	 * @param values the platform's checked variables, whether or not it is set up
	 * @returns what is printed
	 * @throws {UserError} for words that it does not know
	 */
	run(words: readonly string[], values: z.output<z.ZodObject<S>>, commands: readonly Command[]): Promise<string>;
}

/** Those of the platforms that are set up, each with its configuration. */
export function configured(
	platforms: readonly PlatformDefinition[],
	config: Config,
): readonly (readonly [PlatformDefinition, unknown])[] {
	return platforms
		.filter(({ name }) => config.platforms.has(name))
		.map((platform) => [platform, config.platforms.get(platform.name)]);
}

/** Lets a platform's own types follow from its settings; in the list they no longer matter. */
export function definePlatform<C, S extends Settings>(definition: PlatformDefinition<C, S>): PlatformDefinition {
	return definition;
}
