/** Who asks: names and roles, as the workspace has them. */
import { LRUCache } from 'lru-cache';
import type { Log } from '../../base/log.ts';
import type { User } from '../../store/records.ts';
import type { Api } from './api.ts';
import { describeError } from './api-errors.ts';

/** More people than any class has; who was asked about least lately is asked about anew. */
const MAX_KEPT = 2000;

/** Roles change rarely, and a person who presses many buttons must not cost a call each. */
const KEPT_MS = 10 * 60_000;

/** Where Slack did not tell: a teacher must not wait long for it. */
const UNKNOWN_MS = 30_000;

interface Profile {
	readonly name?: string;
	readonly manages: boolean;
}

export interface PeopleDeps {
	readonly api: Api;
	readonly log: Log;
	/** Ids of people (U…, W…) and of user groups (S…) that are staff, besides the owners and admins of the workspace. */
	readonly staff: readonly string[];
}

export class People {
	readonly #deps: PeopleDeps;
	readonly #profiles = shelf<Profile>();
	readonly #groups = shelf<readonly string[]>();

	constructor(deps: PeopleDeps) {
		this.#deps = deps;
	}

	/** Never rejects: where Slack does not tell, nobody is staff but those who are named in the configuration. */
	async user(id: string, knownAs = id): Promise<User> {
		const { staff } = this.#deps;
		const groups = staff.filter((each) => each.startsWith('S'));
		const [profile, ...members] = await Promise.all([
			this.#kept(this.#profiles, id, () => this.#profile(id), { manages: false }),
			...groups.map((group) => this.#kept(this.#groups, group, () => this.#members(group), [])),
		]);
		const named = staff.includes(id) || members.some((group) => group.includes(id));
		return { id: `slack:${id}`, name: profile.name ?? knownAs, staff: profile.manages || named };
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
