import { expect, test } from 'vitest';
import { UserError } from '../../gpu/errors.ts';

test('messages for people are one line, whatever they quote', () => {
	const cause = new Error('why');
	const error = new UserError('There is no "a \n\n b\r\nc\u2028d"; take another.', { cause });
	expect(error.message).toBe('There is no "a b c d"; take another.');
	expect(error).toMatchObject({ name: 'UserError', cause });
});
