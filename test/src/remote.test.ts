import { expect, test } from 'vitest';
import { isOpenBroker } from '../../src/remote.ts';

test.each([
	['redis://10.0.0.5:6379', true],
	['rediss://broker.example:6379/2', true],
	['redis://bot@10.0.0.5:6379', true],
	['redis://:secret@10.0.0.5:6379', false],
	['redis://bot:secret@broker.example', false],
	['redis://localhost:6379', false],
	['redis://127.0.0.1', false],
	['redis://127.9.9.9:6379', false],
	['redis://[::1]:6379', false],
	['redis://localhost.example:6379', true],
])('whether others can use the broker at %s: %s', (url, isOpen) => expect(isOpenBroker({ url })).toBe(isOpen));
