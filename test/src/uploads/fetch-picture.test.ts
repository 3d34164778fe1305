/** Fetches from a server on the loopback, with made-up names and rules. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../gpu/jobs/index.ts';
import { fetchPicture, type Network } from '../../../src/uploads/fetch-picture.ts';

/**
 * A certificate for pictures.test and 127.0.0.1, valid until 2126, made by
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=pictures.test
 * -addext subjectAltName=DNS:pictures.test,DNS:other.test,IP:127.0.0.1 -keyout key.pem -out certificate.pem`
 */
const tls = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

const BYTES = Buffer.from('a picture, for all that this knows');
const HERE = { address: '127.0.0.1', family: 4 };
const INSIDE = { address: '10.0.0.7', family: 4 };

const NAMES: Record<string, readonly { address: string; family: number }[]> = {
	'pictures.test': [HERE],
	'inside.test': [INSIDE],
	'mixed.test': [HERE, INSIDE],
	'nowhere.test': [],
};

let asked: string[] = [];
let resolved: string[] = [];

const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
	'/art/a%20tower.jpg': (_, response) => response.end(BYTES),
	'/': (_, response) => response.end(BYTES),
	'/missing': (_, response) => response.writeHead(404).end('no'),
	'/declared': (_, response) => response.writeHead(200, { 'content-length': '5000' }).end(Buffer.alloc(5000)),
	'/endless': (_, response) => {
		const write = () => {
			while (response.write(Buffer.alloc(500)));
		};
		response.on('drain', write);
		write();
	},
	'/silent': () => {},
	'/slow': (_, response) => void response.write('a beginning'),
	'/cut': (_, response) => {
		response.writeHead(200, { 'content-length': '100' });
		response.write('a beginning', () => response.destroy());
	},
	'/upgrade': (_, { socket }) =>
		void socket?.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
	'/early': (_, response) => {
		const hint = () => response.writeEarlyHints({ link: '</a.css>; rel=preload' });
		hint();
		const timer = setInterval(hint, 20);
		response.on('close', () => clearInterval(timer));
	},
	'/close': (_, { socket }) => void socket?.end(),
	'/once': redirect('/art/a%20tower.jpg'),
	'/thrice': redirect('/twice'),
	'/twice': redirect('/once'),
	'/four': redirect('/thrice'),
	'/inside': redirect('https://inside.test/secret'),
	'/literal': redirect('https://10.0.0.7/secret'),
	'/literal6': redirect('https://[::1]/secret'),
	'/plain': redirect('http://pictures.test/secret'),
	'/file': redirect('file:///etc/passwd'),
};

function redirect(location: string) {
	return (_: IncomingMessage, response: ServerResponse) => void response.writeHead(302, { location }).end();
}

const server = createServer({ key: tls('key'), cert: tls('certificate') }, (request, response) => {
	asked.push(request.url ?? '');
	answers[request.url ?? '']?.(request, response);
});
let port: number;

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	port = (server.address() as AddressInfo).port;
});
afterAll(() => {
	server.closeAllConnections();
	server.close();
});
beforeEach(() => {
	asked = [];
	resolved = [];
});

const network: Network = {
	resolve: async (host) => {
		resolved.push(host);
		const found = NAMES[host];
		if (!found) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
		return found;
	},
	isAllowed: (address) => address === HERE.address,
	ca: tls('certificate'),
};
/** Generous, because handshakes are slow on a busy machine. */
const limits = { maxBytes: 4096, timeoutMs: 10_000, maxRedirects: 3 };

const get = (path: string, host = `pictures.test:${port}`, timeoutMs = limits.timeoutMs) =>
	fetchPicture(`https://${host}${path}`, { network, limits: { ...limits, timeoutMs } });

/** The sentence of a refusal. */
async function refusal(fetching: Promise<unknown>): Promise<string> {
	const error = await fetching.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(UserError);
	expect((error as Error).message).toMatch(/^[^\n]+\.$/);
	return (error as Error).message;
}

describe('fetches', () => {
	test('the bytes and the name of a file', async () => {
		const { bytes, name } = await get('/art/a%20tower.jpg');
		expect(Buffer.from(bytes)).toEqual(BYTES);
		expect(name).toBe('a tower.jpg');
	});

	test('a file without a name, named after its host', async () => {
		expect((await get('/')).name).toBe('pictures.test');
	});

	test('from an IP address', async () => {
		expect((await get('/art/a%20tower.jpg', `127.0.0.1:${port}`)).name).toBe('a tower.jpg');
		expect(resolved).toEqual([]);
	});

	test('across three redirects', async () => {
		expect((await get('/thrice')).name).toBe('a tower.jpg');
		expect(asked).toEqual(['/thrice', '/twice', '/once', '/art/a%20tower.jpg']);
	});

	test('from the checked addresses, looking up a name only once per connection', async () => {
		const lookups: string[] = [];
		const rebinding: Network = {
			...network,
			resolve: async () => {
				lookups.push('lookup');
				return lookups.length === 1 ? [HERE] : [INSIDE];
			},
		};
		await fetchPicture(`https://pictures.test:${port}/`, { network: rebinding, limits });
		expect(lookups).toHaveLength(1);
		// The next connection is checked again, and refused.
		const again = fetchPicture(`https://pictures.test:${port}/`, { network: rebinding, limits });
		expect(await refusal(again)).toContain('not public');
		expect(asked).toEqual(['/']);
	});
});

describe('does not connect to', () => {
	test.each([
		['a name inside', 'inside.test'],
		['a name that is also inside', 'mixed.test'],
		['an address inside', '10.0.0.7'],
		['an address inside, as IPv6', '[::1]'],
		['an address written as a number', '167772167'],
		['an address in hexadecimal', '0x0a.0.0.7'],
	])('%s', async (_, host) => {
		const message = await refusal(get('/secret', `${host}:${port}`));
		expect(message).toMatch(/leads to a network that is not public; .*public internet only/);
		expect(asked).toEqual([]);
	});

	test.each(['/inside', '/literal', '/literal6'])('such an address after a redirect (%s)', async (path) => {
		expect(await refusal(get(path))).toContain('not public');
		expect(asked).toEqual([path]);
	});

	test.each(['/plain', '/file'])('anything but https after a redirect (%s)', async (path) => {
		expect(await refusal(get(path))).toMatch(/leads to (http|file):\/\/; pictures are fetched over https:\/\/ only/);
		expect(asked).toEqual([path]);
	});

	test('this machine, with the real rules', async () => {
		for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433']) {
			expect(await refusal(fetchPicture(`https://${host}:${port}/`))).toContain('not public');
		}
		expect(asked).toEqual([]);
	});
});

describe('says in one sentence', () => {
	test.each([
		['http://pictures.test/a.png', /leads to http:\/\/; pictures are fetched over https:\/\/ only/],
		['https://', /is not a web address; give one like/],
		['https://me:secret@pictures.test/a.png', /contains a user name or password/],
	])('what is wrong with %s', async (address, sentence) => {
		expect(await refusal(fetchPicture(address, { network, limits }))).toMatch(sentence);
		expect(asked).toEqual([]);
	});

	test.each([
		['/missing', /returned status 404; give the address of the picture itself/],
		['/declared', /too large; pictures may have at most/],
		['/endless', /too large; pictures may have at most/],
		['/cut', /cannot be fetched \(ECONNRESET\); save the picture/],
		['/four', /redirects more than 3 times/],
	])('what is wrong with %s', async (path, sentence) => {
		expect(await refusal(get(path))).toMatch(sentence);
	});

	test('that a server changes the protocol or hangs up', async () => {
		expect(await refusal(get('/upgrade'))).toMatch(/returned status 101; give the address of the picture itself/);
		expect(await refusal(get('/close'))).toMatch(/cannot be fetched \(ECONNRESET\); save the picture/);
	});

	test.each(['/silent', '/slow', '/early'])('that %s takes too long', async (path) => {
		expect(await refusal(get(path, undefined, 400))).toMatch(/did not arrive within 0.4 s; save the picture/);
	});

	test('that a name is unknown or has no address', async () => {
		expect(await refusal(get('/', 'unknown.test'))).toMatch(/cannot be fetched \(ENOTFOUND\)/);
		expect(await refusal(get('/', 'nowhere.test'))).toContain('not public');
	});

	test('that a certificate is not trusted', async () => {
		const { ca: _, ...untrusting } = network;
		const fetching = fetchPicture(`https://pictures.test:${port}/`, { network: untrusting, limits });
		expect(await refusal(fetching)).toMatch(/cannot be fetched \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
		expect(asked).toEqual([]);
	});
});
