/** How long one evaluation takes, by kind of job and model: moving averages that outlive the process. */
import { type Database, inTransaction } from './database.ts';
import { put } from './guarded.ts';
import { statement } from './statements.ts';

/** The weight of the newest job: after five jobs at a new pace, five sixths of the change are included. */
const NEWEST = 0.3;

export interface Pace {
	readonly kind: string;
	readonly model: string;
	/** Seconds for one evaluation. */
	readonly seconds: number;
}

export class PaceStore {
	readonly #database: Database;
	/** The whole table, which the forecasts read for every job in the line. */
	#known: Pace[] | undefined;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Seconds for one evaluation; undefined before the first job of that kind. */
	get(kind: string, model: string): number | undefined {
		return this.all().find((pace) => pace.kind === kind && pace.model === model)?.seconds;
	}

	/** The pace of every known pair of a job kind and a model. */
	all(): readonly Pace[] {
		this.#known ??= statement(this.#database, 'SELECT kind, model, seconds FROM paces').all() as Pace[];
		return this.#known;
	}

	/** @param seconds the newest job's average for one evaluation */
	add(kind: string, model: string, seconds: number): void {
		inTransaction(this.#database, () => {
			this.#known = undefined; // the command line may have added some
			const before = this.get(kind, model) ?? seconds;
			const row = { kind, model, seconds: before + NEWEST * (seconds - before) };
			put(this.#database, 'paces', row, 'REPLACE');
		});
		this.#known = undefined;
	}
}
