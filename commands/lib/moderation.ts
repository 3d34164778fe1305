/** What staff decide, as commands see it: a channel's settings, forbidden words, blocked people, and reports. */
import type { Fit, SamplerName } from '../../gpu/jobs/index.ts';
import type { Person } from './options.ts';

/** What staff have set for one channel; an absent field is as if it had never been set. */
export interface ChannelSettings {
	/** The model of requests that name none. */
	readonly model?: string;
	/** The seed of requests that name none. */
	readonly seed?: number;
	/** The guidance of requests that name none and would use the model's own, except for stage II. */
	readonly guidance?: number;
	/** The sampler of requests that name none, except for stage II. */
	readonly sampler?: SamplerName;
	/** How a picture becomes square where a request does not say. */
	readonly fit?: Fit;
	/** The most steps that anyone but staff may ask for. */
	readonly steps?: number;
	/** The most pictures at once that anyone but staff may ask for. */
	readonly count?: number;
	/** Pictures are hidden until somebody clicks. */
	readonly spoiler?: boolean;
	/** A person is asked before a job that takes more than this many minutes; if absent, never. */
	readonly askAfter?: number;
	/** Who may train there; staff if absent. */
	readonly train?: 'staff' | 'everyone';
	/** The most requests handled per person in 24 hours; staff have no limit. */
	readonly daily?: number;
	/** Commands that are not for everybody, by name: the platform's ids of the roles that may run each in addition to staff. */
	readonly allow?: Readonly<Record<string, readonly string[]>>;
}

/** A picture that somebody objected to. */
export interface Report {
	/** The request, as a person would type it. */
	readonly line: string;
	readonly owner: string;
	readonly reporter: string;
	/** When it was reported, in milliseconds since 1970. */
	readonly made: number;
}

export interface Moderation {
	/** The settings of the channel that the command came from. */
	settings(): ChannelSettings;
	setSettings(settings: ChannelSettings): void;
	/** The words forbidden in every text of every request, in alphabetical order. */
	words(): readonly string[];
	/** False when it was already there. */
	addWord(word: string): boolean;
	/** False when it was not there. */
	removeWord(word: string): boolean;
	/** The people who may not use the bot, in order of their names. */
	blocked(): readonly Person[];
	/** False when they were already blocked. */
	block(person: Person): boolean;
	/** False when they were not blocked. */
	unblock(id: string): boolean;
	/** The latest reports, newest first. */
	reports(): readonly Report[];
}
