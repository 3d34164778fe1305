/** What staff decide, as commands see it: the settings of a channel, forbidden words, blocked people, and reports. */
import type { Fit, SamplerName } from '../../gpu/jobs/index.ts';
import type { Person } from './options.ts';

/** What staff have set for one channel; what is absent is as if it had never been set. */
export interface ChannelSettings {
	/** The model of requests that name none. */
	readonly model?: string;
	/** Likewise the seed. */
	readonly seed?: number;
	/** Likewise the guidance of what would have the model's own, and is not of stage II. */
	readonly guidance?: number;
	/** Likewise the sampler of what is not of stage II. */
	readonly sampler?: SamplerName;
	/** Likewise how a picture becomes square. */
	readonly fit?: Fit;
	/** The most steps that others than staff may ask for. */
	readonly steps?: number;
	/** The most pictures at once, likewise. */
	readonly count?: number;
	/** Pictures are hidden until somebody clicks. */
	readonly spoiler?: boolean;
	/** Minutes beyond which a person is asked before a job starts; nobody is if absent. */
	readonly askAfter?: number;
	/** Who may train there; staff if absent. */
	readonly train?: 'staff' | 'everyone';
	/** How many requests of one person in 24 hours are worked on; staff have no limit. */
	readonly daily?: number;
	/** Commands that are not for everybody: by their names, the platform's ids of the roles that may run them besides staff. */
	readonly allow?: Readonly<Record<string, readonly string[]>>;
}

/** A picture that somebody found wrong. */
export interface Report {
	/** What was asked, as a person would type it. */
	readonly line: string;
	readonly owner: string;
	readonly reporter: string;
	/** In milliseconds since 1970. */
	readonly made: number;
}

export interface Moderation {
	/** Of the channel in which the command was asked. */
	settings(): ChannelSettings;
	setSettings(settings: ChannelSettings): void;
	/** Forbidden in every text of every request, in alphabetical order. */
	words(): readonly string[];
	/** False when it was there already. */
	addWord(word: string): boolean;
	/** False when it was not there. */
	removeWord(word: string): boolean;
	/** Who may not use the bot, in the order of their names. */
	blocked(): readonly Person[];
	/** False when they were blocked already. */
	block(person: Person): boolean;
	/** False when they were not blocked. */
	unblock(id: string): boolean;
	/** The newest reports, the newest first. */
	reports(): readonly Report[];
}
