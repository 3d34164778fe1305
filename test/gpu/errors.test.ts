import { expect, test } from 'vitest';
import { UserError } from '../../gpu/errors.ts';

test('what people are told is one line, whatever it quotes', () => {
	const cause = new Error('why');
	const error = new UserError('There is no "a \n\n b\r\nc\u2028d"; take another.', { cause });
	expect(error.message).toBe('There is no "a b c d"; take another.');
	expect(error).toMatchObject({ name: 'UserError', cause });
});
