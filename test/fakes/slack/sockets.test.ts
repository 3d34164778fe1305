import { createServer } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { Sockets } from './sockets.ts';

const warned = vi.fn();
process.on('warning', warned);
afterEach(() => void process.off('warning', warned));

test('many envelopes can await acknowledgement without a warning', async () => {
	const sockets = new Sockets(createServer(), { ackMs: 50 });
	const sent = await Promise.allSettled(Array.from({ length: 20 }, () => sockets.deliver('slash_commands', {})));
	expect(sent.every(({ status }) => status === 'rejected')).toBe(true);
	expect(warned).not.toHaveBeenCalled();
	sockets.close();
});
