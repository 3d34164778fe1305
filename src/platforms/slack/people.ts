/** Looks up people's names and roles in the workspace. */
import { LRUCache } from 'lru-cache';
import type { Log } from '../../base/log.ts';
import type { User } from '../../store/records.ts';
import type { Api } from './api.ts';
import { describeError } from './api-errors.ts';

/** More people than any class has; the least recently used are forgotten and looked up again. */
const MAX_KEPT = 2000;

/** Slack's id of a person; undefined for somebody on another platform. */
export const personOf = (id: string) => /^slack:(\w+)$/.exec(id)?.[1];

/** How long roles are kept: they change rarely, and each press of a button should not cost a call. */
const KEPT_MS = 10 * 60_000;

/** How long a failed lookup is kept: short, so that a teacher does not wait long to count as staff. */
const UNKNOWN_MS = 30_000;

interface Profile {
	readonly name?: string;
	readonly manages: boolean;
}

export interface PeopleDeps {
	readonly api: Api;
	readonly log: Log;
	/** Ids of people (U…, W…) and user groups (S…) that are staff, in addition to the workspace's owners and admins. */
	readonly staff: readonly string[];
	/** Ids of further user groups that matter in some channel. */
	readonly groups?: () => readonly string[];
}

export class People {
	readonly #deps: PeopleDeps;
	readonly #profiles = shelf<Profile>();
	readonly #groups = shelf<readonly string[]>();

	constructor(deps: PeopleDeps) {
		this.#deps = deps;
	}

	/** Never rejects: if Slack does not answer, only people named in the configuration are staff. */
	async user(id: string, knownAs = id): Promise<User> {
		const { staff, groups = () => [] } = this.#deps;
		const asked = new Set([...staff, ...groups()].filter((each) => each.startsWith('S')));
		const [profile, ...found] = await Promise.all([
			this.#kept(this.#profiles, id, () => this.#profile(id), { manages: false }),
			...[...asked].map(async (group) => {
				const members = await this.#kept(this.#groups, group, () => this.#members(group), []);
				return members.includes(id) ? [group] : [];
			}),
		]);
		const roles = found.flat();
		const named = [id, ...roles].some((each) => staff.includes(each));
		return { id: `slack:${id}`, name: profile.name ?? knownAs, staff: profile.manages || named, roles };
	}

	async #profile(user: string): Promise<Profile> {
		const { user: known } = await this.#deps.api.swift.users.info({ user });
		const { profile, real_name, is_admin, is_owner } = known ?? {};
		return { name: profile?.display_name || real_name, manages: Boolean(is_admin || is_owner) };
	}

	async #members(usergroup: string): Promise<readonly string[]> {
		const { users = [] } = await this.#deps.api.swift.usergroups.users.list({ usergroup });
		return users;
	}

	#kept<T>(kept: Shelf<T>, id: string, ask: () => Promise<T>, instead: T): Promise<T> {
		const found = kept.get(id);
		if (found) return found;
		const value = ask().catch((error: unknown) => {
			kept.set(id, value, { ttl: UNKNOWN_MS });
			this.#deps.log.warn({ error: describeError(error) }, 'Slack does not say who is staff');
			return instead;
		});
		kept.set(id, value);
		return value;
	}
}

type Shelf<T> = LRUCache<string, Promise<T>>;

const shelf = <T>(): Shelf<T> => new LRUCache({ max: MAX_KEPT, ttl: KEPT_MS });
