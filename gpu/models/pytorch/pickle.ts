/**
 * Reads the pickles that torch.save writes, and nothing else. A pickle is a program for a small stack machine; this one
 * supports only the instructions that build plain data, and calls only what the caller allows.
 * Source: Python's pickletools.py, protocols 2 to 4.
 */
import { quoted } from '../../quoted.ts';

/** A pickle is damaged, or asks for more than plain data. The message is half a sentence. */
export class PickleError extends Error {
	override name = 'PickleError';
}

/** A Python class or function, by name only. */
export interface Global {
	readonly global: string;
}

export type PickleValue =
	| null
	| boolean
	| number
	| string
	| readonly PickleValue[]
	| ReadonlyMap<PickleValue, PickleValue>
	| Global
	| object;

export interface PickleRules {
	/** Returns the result of calling an allowed global; throws for everything else. */
	call(callee: Global, args: readonly PickleValue[]): PickleValue;
	/** Resolves a reference to something outside the pickle. */
	persistent(id: PickleValue): PickleValue;
	/** Full names of the allowed globals: "torch.HalfStorage". */
	readonly globals: ReadonlySet<string>;
}

/** Marks where a tuple or a list of pairs starts on the stack. */
const MARK = Symbol('mark');

const STOP = 0x2e;

/** No tensor needs longer integers; Python writes those from 2^31 as LONG1. */
const MAX_LONG_BYTES = 8;

/** A tensor takes about 35, so a large model's some ten thousand; without a limit, values of one byte could fill the memory. */
const MAX_INSTRUCTIONS = 200_000;

/** @throws {PickleError} */
export function readPickle(bytes: Uint8Array, rules: PickleRules): PickleValue {
	return new Machine(bytes, rules).run();
}

class Machine {
	readonly #bytes: Buffer;
	readonly #rules: PickleRules;
	readonly #stack: (PickleValue | typeof MARK)[] = [];
	readonly #memo = new Map<number, PickleValue>();
	#at = 0;

	/** By opcode; the names are those of pickletools. */
	readonly #instructions: ReadonlyMap<number, () => void> = new Map([
		[0x80 /* PROTO */, () => this.#checkProtocol(this.#take(1)[0])],
		[0x95 /* FRAME */, () => void this.#take(8)], // a hint for readers of streams
		[0x28 /* MARK */, () => void this.#stack.push(MARK)],
		[0x4e /* NONE */, () => this.#push(null)],
		[0x88 /* NEWTRUE */, () => this.#push(true)],
		[0x89 /* NEWFALSE */, () => this.#push(false)],
		[0x4a /* BININT */, () => this.#push(this.#take(4).readInt32LE())],
		[0x4b /* BININT1 */, () => this.#push(this.#take(1)[0])],
		[0x4d /* BININT2 */, () => this.#push(this.#take(2).readUInt16LE())],
		[0x8a /* LONG1 */, () => this.#push(this.#long(this.#take(1)[0]))],
		[0x47 /* BINFLOAT */, () => this.#push(this.#take(8).readDoubleBE())],
		[0x58 /* BINUNICODE */, () => this.#push(this.#text(this.#take(4).readUInt32LE()))],
		[0x8c /* SHORT_BINUNICODE */, () => this.#push(this.#text(this.#take(1)[0]))],
		[0x7d /* EMPTY_DICT */, () => this.#push(new Map())],
		[0x5d /* EMPTY_LIST */, () => this.#push([])],
		[0x29 /* EMPTY_TUPLE */, () => this.#push([])],
		[0x85 /* TUPLE1 */, () => this.#push(this.#popMany(1))],
		[0x86 /* TUPLE2 */, () => this.#push(this.#popMany(2))],
		[0x87 /* TUPLE3 */, () => this.#push(this.#popMany(3))],
		[0x74 /* TUPLE */, () => this.#push(this.#popToMark())],
		[0x61 /* APPEND */, () => this.#append(this.#popMany(1))],
		[0x65 /* APPENDS */, () => this.#append(this.#popToMark())],
		[0x73 /* SETITEM */, () => this.#setItems(this.#popMany(2))],
		[0x75 /* SETITEMS */, () => this.#setItems(this.#popToMark())],
		[0x71 /* BINPUT */, () => void this.#memo.set(this.#take(1)[0], this.#top())],
		[0x72 /* LONG_BINPUT */, () => void this.#memo.set(this.#take(4).readUInt32LE(), this.#top())],
		[0x94 /* MEMOIZE */, () => void this.#memo.set(this.#memo.size, this.#top())],
		[0x68 /* BINGET */, () => this.#push(this.#recall(this.#take(1)[0]))],
		[0x6a /* LONG_BINGET */, () => this.#push(this.#recall(this.#take(4).readUInt32LE()))],
		[0x63 /* GLOBAL */, () => this.#push(this.#global(this.#line(), this.#line()))],
		[0x93 /* STACK_GLOBAL */, () => this.#push(this.#stackGlobal(this.#popMany(2)))],
		[0x51 /* BINPERSID */, () => this.#push(this.#rules.persistent(this.#pop()))],
		[0x52 /* REDUCE */, () => this.#reduce()],
	]);

	constructor(bytes: Uint8Array, rules: PickleRules) {
		this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.#rules = rules;
	}

	run(): PickleValue {
		for (let executed = 0; executed < MAX_INSTRUCTIONS; executed++) {
			const code = this.#take(1)[0];
			if (code === STOP) return this.#end();
			const execute = this.#instructions.get(code);
			if (!execute) throw new PickleError(`holds the instruction 0x${code.toString(16)}, which no tensor needs`);
			execute();
		}
		throw new PickleError(
			`has more than ${MAX_INSTRUCTIONS.toLocaleString('en')} instructions, enough for 4,000 tensors; save fewer in a file`,
		);
	}

	#end(): PickleValue {
		const value = this.#pop();
		if (this.#stack.length > 0) throw new PickleError('leaves something on its stack at the end');
		return value;
	}

	#checkProtocol(protocol: number): void {
		if (protocol < 2 || protocol > 4) throw new PickleError(`uses protocol ${protocol}, not 2 to 4`);
	}

	#reduce(): void {
		const [callee, args] = this.#popMany(2);
		if (!isGlobal(callee) || !Array.isArray(args)) throw new PickleError('calls something that is not a function');
		this.#push(this.#rules.call(callee, args));
	}

	#stackGlobal([module, name]: readonly PickleValue[]): Global {
		if (typeof module !== 'string' || typeof name !== 'string')
			throw new PickleError('names a function by something other than a string');
		return this.#global(module, name);
	}

	#global(module: string, name: string): Global {
		const global = `${module}.${name}`;
		if (!this.#rules.globals.has(global)) throw new PickleError(`asks for ${quoted(global)}, which no tensor needs`);
		return { global };
	}

	#setItems(items: readonly PickleValue[]): void {
		const target = this.#top();
		if (!(target instanceof Map) || items.length % 2)
			throw new PickleError('adds items to something that is not a dictionary');
		for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
	}

	#append(items: readonly PickleValue[]): void {
		const target = this.#top();
		if (!Array.isArray(target)) throw new PickleError('appends to something that is not a list');
		for (const item of items) target.push(item);
	}

	#recall(index: number): PickleValue {
		const value = this.#memo.get(index);
		if (value === undefined) throw new PickleError(`recalls value ${index}, which it never stored`);
		return value;
	}

	#long(length: number): number {
		if (length > MAX_LONG_BYTES) throw new PickleError(`holds an integer of ${length} bytes`);
		const bytes = this.#take(length);
		const unsigned = bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
		return Number(BigInt.asIntN(8 * length, unsigned));
	}

	#text(length: number): string {
		return this.#take(length).toString('utf8');
	}

	#line(): string {
		const end = this.#bytes.indexOf(0x0a, this.#at);
		if (end === -1) throw new PickleError('is cut off');
		const text = this.#text(end - this.#at);
		this.#at++;
		return text;
	}

	#take(length: number): Buffer {
		if (this.#at + length > this.#bytes.length) throw new PickleError('is cut off');
		const taken = this.#bytes.subarray(this.#at, this.#at + length);
		this.#at += length;
		return taken;
	}

	#push(value: PickleValue): void {
		this.#stack.push(value);
	}

	#pop(): PickleValue {
		return this.#popMany(1)[0];
	}

	#top(): PickleValue {
		const value = this.#pop();
		this.#push(value);
		return value;
	}

	#popMany(count: number): PickleValue[] {
		const taken = this.#stack.splice(-count);
		if (taken.length < count || taken.includes(MARK))
			throw new PickleError('takes more from its stack than it put there');
		return taken as PickleValue[];
	}

	#popToMark(): PickleValue[] {
		const at = this.#stack.lastIndexOf(MARK);
		if (at === -1) throw new PickleError('takes more from its stack than it put there');
		return this.#stack.splice(at).slice(1) as PickleValue[];
	}
}

export function isGlobal(value: PickleValue): value is Global {
	return typeof value === 'object' && value !== null && 'global' in value;
}
