import { describe, expect, test } from 'vitest';
import { ProtoWriter } from '../../../gpu/onnx/proto.ts';

const hex = (writer: ProtoWriter) => Buffer.from(writer.finish()).toString('hex');

// The bytes are the examples of https://protobuf.dev/programming-guides/encoding/
describe('ProtoWriter', () => {
	test.each<[string, ProtoWriter, string]>([
		['150 as field 1', new ProtoWriter().int(1, 150), '089601'],
		['"testing" as field 2', new ProtoWriter().bytes(2, 'testing'), '120774657374696e67'],
		['a nested message as field 3', new ProtoWriter().message(3, new ProtoWriter().int(1, 150)), '1a03089601'],
		['-2, which takes ten bytes', new ProtoWriter().int(1, -2), '08feffffffffffffffff01'],
		['2^40, which a 32-bit shift would lose', new ProtoWriter().int(1, 2 ** 40), '08808080808020'],
		['0', new ProtoWriter().int(1, 0), '0800'],
		['1.5 as a float', new ProtoWriter().float(5, 1.5), '2d0000c03f'],
		['a field number of two bytes', new ProtoWriter().int(20, 1), 'a00101'],
		['text beyond ASCII', new ProtoWriter().bytes(1, 'é'), '0a02c3a9'],
		['nothing', new ProtoWriter(), ''],
	])('%s', (_, writer, bytes) => {
		expect(hex(writer)).toBe(bytes);
	});

	test('grows with its content', () => {
		const large = new Uint8Array(100_000).fill(7);
		const bytes = new ProtoWriter().bytes(1, large).int(2, 1).finish();
		expect(bytes.length).toBe(1 + 3 + 100_000 + 2);
		expect(bytes.subarray(4, 100_004)).toEqual(large);
	});
});
