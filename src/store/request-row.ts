/** Converts requests to and from rows of the database. */
import { checksumOf } from './guarded.ts';
import type { MessageRef, RequestRecord } from './records.ts';

/** A row of the table requests. */
export interface Row {
	readonly id: string;
	readonly command: string;
	readonly options: string;
	readonly owner: string;
	readonly owner_name: string;
	readonly owner_staff: number;
	readonly surface: string | null;
	readonly channel: string | null;
	readonly message: string | null;
	readonly place: string | null;
	readonly state: string;
	readonly crashes: number;
	readonly job: string | null;
	readonly result: string | null;
	readonly answer: string | null;
	readonly training: string | null;
	readonly created: number;
	readonly began: number | null;
	readonly ended: number | null;
	readonly made_for: string | null;
	readonly deleted: number | null;
	/** Covers all the other columns; null in rows from before there was one. */
	readonly checksum: string | null;
}

export const COLUMNS = [
	'id',
	'command',
	'options',
	'owner',
	'owner_name',
	'owner_staff',
	'surface',
	'channel',
	'message',
	'place',
	'state',
	'crashes',
	'job',
	'result',
	'answer',
	'training',
	'created',
	'began',
	'ended',
	'made_for',
	'deleted',
	'checksum',
] as const satisfies readonly (keyof Row)[];

/** The columns that may change after a request is added. */
export const CHANGING = [
	'options',
	'surface',
	'channel',
	'message',
	'place',
	'state',
	'crashes',
	'job',
	'result',
	'answer',
	'training',
	'began',
	'ended',
	'deleted',
	'checksum',
] as const satisfies readonly (keyof Row)[];

/** The database keeps its original names: a message is at a place on a surface. */
type StoredPlace = Omit<MessageRef, 'platform'> & { readonly surface: string };

const toPlace = ({ platform, ...rest }: MessageRef) => ({ surface: platform, ...rest }) as StoredPlace;

const fromPlace = ({ surface, ...rest }: StoredPlace) => ({ platform: surface, ...rest }) as MessageRef;

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

export function toRow({ id, command, owner, messageRef, state, crashes = 0, ...rest }: RequestRecord): Row {
	const row = {
		id,
		command,
		options: JSON.stringify(rest.options),
		owner: owner.id,
		owner_name: owner.name,
		owner_staff: owner.staff ? 1 : 0,
		surface: messageRef?.platform ?? null,
		channel: messageRef?.channel ?? null,
		message: messageRef?.message ?? null,
		place: json(messageRef && toPlace(messageRef)),
		state,
		crashes,
		job: json(rest.job),
		result: json(rest.result),
		answer: json(rest.answer),
		training: json(rest.training),
		created: rest.created as number,
		began: rest.began ?? null,
		ended: rest.ended ?? null,
		made_for: json(rest.madeFor),
		deleted: rest.deleted ?? null,
	};
	return { ...row, checksum: checksumOfRow(row) };
}

/** Expects an undamaged row; see damage.ts. */
export function fromRow(row: Row): RequestRecord {
	const parse = (text: string | null) => (text === null ? undefined : JSON.parse(text));
	return {
		id: row.id,
		command: row.command,
		options: JSON.parse(row.options),
		owner: { id: row.owner, name: row.owner_name, staff: row.owner_staff === 1 },
		messageRef: row.place === null ? undefined : fromPlace(JSON.parse(row.place)),
		state: row.state as RequestRecord['state'],
		crashes: row.crashes,
		job: parse(row.job),
		result: parse(row.result),
		answer: parse(row.answer),
		training: parse(row.training),
		created: row.created,
		began: row.began ?? undefined,
		ended: row.ended ?? undefined,
		madeFor: parse(row.made_for),
		deleted: row.deleted ?? undefined,
	};
}

/** Whether a row is still what the bot wrote: disks lose bits. */
export function isAsWritten(row: Row): boolean {
	return row.checksum === null ? isReadable(row) : row.checksum === checksumOfRow(row);
}

function isReadable(row: Row): boolean {
	try {
		fromRow(row);
		return true;
	} catch {
		return false;
	}
}

const checksumOfRow = (row: Omit<Row, 'checksum'>): string =>
	checksumOf(COLUMNS.map((column) => (column === 'checksum' ? null : row[column])));
