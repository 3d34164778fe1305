import { describe, expect, test } from 'vitest';
import { type FormKey, readFormKey, writeFormKey } from '../../../../src/platforms/discord/form-key.ts';

const blob = 'ab'.repeat(32);

describe('a form’s key', () => {
	test.each<FormKey>([
		{ by: 'button', button: 'v1:use:EcTk4dtD53Aj:12' },
		{ by: 'picture', command: 'edit', picture: { blob, name: 'sketch.png' } },
		{ by: 'picture', command: 'inpaint', picture: { blob, name: 'a:b' } },
	])('is read back: %j', (key) => {
		expect(readFormKey(writeFormKey(key))).toEqual(key);
	});

	test('fits into 100 characters by cutting the name', () => {
		const id = writeFormKey({ by: 'picture', command: 'inpaint', picture: { blob, name: `${'x'.repeat(90)}.png` } });
		expect(id).toHaveLength(100);
		expect(readFormKey(id)).toMatchObject({ picture: { blob, name: expect.stringMatching(/^x+…$/) } });
	});

	test.each(['v1:again:r1', 'form:', 'form:edit:../../etc/passwd:x', 'form:edit', 'xform:v1:a:b', ''])(
		'%j is none',
		(customId) => {
			expect(readFormKey(customId)).toBeUndefined();
		},
	);
});
