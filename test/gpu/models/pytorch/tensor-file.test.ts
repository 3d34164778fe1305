import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../gpu/errors.ts';
import { fromFloat16Bits } from '../../../../gpu/models/float16.ts';
import { readPickle } from '../../../../gpu/models/pytorch/pickle.ts';
import { RawTensor, readTensorFile } from '../../../../gpu/models/pytorch/tensor-file.ts';
import { writeTensorFile } from '../../../../gpu/models/pytorch/write-tensor-file.ts';

const FIXTURES = 'test/fixtures/pytorch';
const bytesOf = (name: string) => new Uint8Array(readFileSync(`${FIXTURES}/${name}.pth`));
const read = (name: string) => readTensorFile(bytesOf(name), `${name}.pth`);

const aligned = ({ bytes }: RawTensor) => Uint8Array.from(bytes).buffer;
const halves = (tensor: RawTensor) => Array.from(new Uint16Array(aligned(tensor)), fromFloat16Bits);
const floats = (tensor: RawTensor | undefined) => [...new Float32Array(aligned(tensor!))];

describe('a file of torch.save', () => {
	it('with prompt embeddings is read completely and in order', () => {
		const tensors = read('embeddings');
		const sums = [...tensors].map(([prompt, tensor]) => [
			prompt,
			halves(tensor).reduce((sum, value) => sum + value, 0),
		]);
		expect(sums).toEqual([
			['', 2.70037841796875],
			['a high quality photo', -21.881324768066406],
			['an oil painting of a snowy mountain village', -51.1830358505249],
			['a photo of the amalfi cost', 38.02628421783447],
			['café 🙂', -16.289380073547363],
		]);
		for (const { dtype, shape } of tensors.values())
			expect({ dtype, shape }).toEqual({ dtype: 'float16', shape: [1, 77, 8] });
	});

	it('may be an OrderedDict of tensors with many types and shapes', () => {
		const tensors = read('mixed');
		const types = [...tensors.values()].map(({ dtype, shape }) => `${dtype} [${shape}]`);
		const expected = ['float32', 'float64', 'bfloat16', 'int64', 'uint8', 'bool'].map((dtype) => `${dtype} [2,3]`);
		expect(types).toEqual([...expected, 'float32 []', 'float32 [0,4]', 'float32 [2]']);
		expect(floats(tensors.get('torch.float32'))).toEqual([0, 1, 2, 3, 4, 5]);
		expect(floats(tensors.get('scalar'))).toEqual([2.5]);
		expect(floats(tensors.get('parameter'))).toEqual([7, 7]);
	});

	it('may contain several views of one storage', () => {
		const tensors = read('views');
		expect(floats(tensors.get('rows'))).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
		expect(floats(tensors.get('row'))).toEqual([8, 9, 10, 11]);
	});
});

describe('one clear sentence rejects', () => {
	it.each([
		['turned', 'data.pkl holds a tensor whose values are not contiguous; save it after .contiguous()'],
		['list', 'does not hold a dictionary; save a dict of tensors by name'],
		['nested', '"nested" is not a tensor; save a dict of tensors by name'],
		['key', 'has a key that is not a string; save a dict of tensors by name'],
		['old', 'is in the format of PyTorch before 1.6; load it there and save it with a newer one'],
		['module', 'data.pkl asks for "torch.nn.modules.linear.Linear", which no tensor needs'],
		['evil', 'data.pkl asks for "__builtin__.eval", which no tensor needs'],
		['compressed', '"bomb/data.pkl" is compressed, which torch.save does not do'],
		['no-pickle', 'is a zip without data.pkl, so torch.save did not write it'],
	])('a file that is %s', (name, sentence) => {
		expect(() => read(`refused-${name}`)).toThrow(new ModelError(`refused-${name}.pth: ${sentence}`));
	});

	it('overlapping entries that are together larger than the file', () => {
		const whole = Buffer.from(
			zipSync({ 'a/data/0': Buffer.alloc(1000), 'a/data/1': Buffer.alloc(1000) }, { level: 0 }),
		);
		// The second entry starts at the same offset as the first.
		const second = whole.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
		whole.writeUInt32LE(0, second + 42);
		const bytes = Buffer.concat([whole.subarray(0, 1100), whole.subarray(2076)]);
		const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
		bytes.writeUInt32LE(bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2])), end + 16);
		expect(() => readTensorFile(bytes, 'x.pth')).toThrow(new ModelError('x.pth: "a/data/1" is larger than it can be'));
	});

	it('a shape with very many axes', () => {
		const tensor = new RawTensor('uint8', Array(17).fill(1), new Uint8Array(1));
		expect(() => readTensorFile(writeTensorFile(new Map([['a', tensor]])), 'x.pth')).toThrow(
			'x.pth: data.pkl makes a tensor in a way that torch.save does not',
		);
	});

	it('other files, and a file that is cut off anywhere', () => {
		const whole = bytesOf('embeddings');
		expect(() => readTensorFile(new Uint8Array(), 'x.pth')).toThrow('x.pth: is not a file written by torch.save');
		expect(() => readTensorFile(Buffer.from('<html>404</html>'), 'x.pth')).toThrow(
			'x.pth: is not a file written by torch.save',
		);
		for (let length = 4; length < whole.length; length += 97) {
			expect(() => readTensorFile(whole.subarray(0, length), 'x.pth')).toThrow(
				'x.pth: is damaged or cut off, its zip cannot be read; fetch it again',
			);
		}
	});
});

describe('malicious pickles', () => {
	const rules = { globals: new Set<string>(), call: () => null, persistent: () => null };
	it.each([
		['no end', [0x80, 2, 0x7d], 'is cut off'],
		['another protocol', [0x80, 5, 0x2e], 'uses protocol 5, not 2 to 4'],
		['an empty stack', [0x80, 2, 0x2e], 'takes more from its stack than it put there'],
		['a mark as a value', [0x28, 0x85, 0x2e], 'takes more from its stack than it put there'],
		['a value recalled that was never kept', [0x68, 9, 0x2e], 'recalls value 9, which it never stored'],
		['a call of a text', [0x8c, 1, 0x78, 0x29, 0x52, 0x2e], 'calls something that is not a function'],
		['an unknown instruction', [0x80, 2, 0x62], 'holds the instruction 0x62, which no tensor needs'],
		['a function named by a list', [0x5d, 0x5d, 0x93, 0x2e], 'names a function by something other than a string'],
	])('are rejected: %s', (_, bytes, sentence) => {
		expect(() => readPickle(Uint8Array.from(bytes), rules)).toThrow(sentence);
	});

	it('can use __proto__ as a key without changing anything else', () => {
		const value = readPickle(Buffer.from('80027d8c095f5f70726f746f5f5f4b07732e', 'hex'), rules);
		expect(value).toEqual(new Map([['__proto__', 7]]));
		expect({}).not.toHaveProperty('polluted');
	});
});

describe('writeTensorFile', () => {
	it('writes what readTensorFile reads, with reproducible bytes', () => {
		const tensors = read('embeddings');
		const written = writeTensorFile(tensors);
		expect(readTensorFile(written, 'x.pth')).toEqual(tensors);
		// torch.load(weights_only=True) reads this very file: python test/fixtures/pytorch/make.py FILE
		expect(createHash('sha256').update(written).digest('hex')).toBe(
			'b1e52963d745a523e8069060fd59a9636192de3c9a74439b4828a59fdcc50b48',
		);
	});

	it('writes tensors of every type', () => {
		const tensors = read('mixed');
		expect(readTensorFile(writeTensorFile(tensors), 'x.pth')).toEqual(tensors);
	});
});
