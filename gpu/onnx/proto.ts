/**
 * Writes protocol buffers: as much of the wire format as ONNX needs.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const utf8 = new TextEncoder();

/** One message under construction. Fields are written in the order of the calls; every method returns the writer. */
export class ProtoWriter {
	#bytes = new Uint8Array(256);
	#length = 0;

	/** An int64 or enum field. Negative numbers take ten bytes, as the format asks. */
	int(field: number, value: number | bigint): this {
		this.#tag(field, VARINT);
		return this.#varint(value);
	}

	/** A float field: fp32, little endian. */
	float(field: number, value: number): this {
		this.#tag(field, FIXED32);
		this.#reserve(4);
		new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
		this.#length += 4;
		return this;
	}

	/** A string or bytes field. */
	bytes(field: number, value: string | Uint8Array): this {
		const content = typeof value === 'string' ? utf8.encode(value) : value;
		this.#tag(field, LENGTH_DELIMITED);
		this.#varint(content.length);
		this.#reserve(content.length);
		this.#bytes.set(content, this.#length);
		this.#length += content.length;
		return this;
	}

	/** A nested message. */
	message(field: number, value: ProtoWriter): this {
		return this.bytes(field, value.finish());
	}

	/** The bytes written so far. */
	finish(): Uint8Array {
		return this.#bytes.slice(0, this.#length);
	}

	#tag(field: number, wireType: number): void {
		this.#varint(field * 8 + wireType);
	}

	#varint(value: number | bigint): this {
		this.#reserve(10);
		let rest = BigInt.asUintN(64, BigInt(value));
		while (rest > 0x7fn) {
			this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
			rest >>= 7n;
		}
		this.#bytes[this.#length++] = Number(rest);
		return this;
	}

	#reserve(count: number): void {
		if (this.#length + count <= this.#bytes.length) return;
		const larger = new Uint8Array(Math.max(this.#length + count, this.#bytes.length * 2));
		larger.set(this.#bytes.subarray(0, this.#length));
		this.#bytes = larger;
	}
}
