/** A pull from behind a proxy, which alone knows the hub. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Hub } from '../../../../src/operator/models/hub.ts';
import { STAGE_1 } from '../../../fakes/deepfloyd.ts';
import { FakeProxy } from '../../../fakes/proxy.ts';
import { type Puller, startPuller } from './puller.ts';

let puller: Puller;
let proxy: FakeProxy;
/** The hub's port; only the proxy finds the host. */
let port: string;

beforeEach(async () => {
	puller = await startPuller();
	proxy = await new FakeProxy().start();
	port = new URL(puller.fake.endpoint).port;
	for (const name of ['https_proxy', 'all_proxy', 'no_proxy', 'ALL_PROXY', 'NO_PROXY']) vi.stubEnv(name, '');
	set(proxy.address);
});
afterEach(() => {
	vi.unstubAllEnvs();
	proxy.close();
	puller.close();
});

const set = (address: string) => {
	for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, address);
};

const hub = () => new Hub({ endpoint: `http://hub.invalid:${port}`, token: undefined, home: puller.directory });
const pulled = () => puller.pull(STAGE_1, { hub: hub() });

test('brings everything through it', async () => {
	expect(await pulled()).toMatchObject({ kind: 'pulled' });
	expect(new Set(proxy.asked)).toEqual(new Set([`hub.invalid:${port}`]));
});

test("shows it the user and password in the proxy's address", async () => {
	set(proxy.address.replace('//', '//student:s%40fe@'));
	await pulled();
	expect(proxy.authorization).toBe(`Basic ${Buffer.from('student:s@fe').toString('base64')}`);
});

test('goes past it to what NO_PROXY names, and to this machine', async () => {
	vi.stubEnv('no_proxy', '.invalid');
	await expect(pulled()).rejects.toThrow(/cannot be reached \(.*hub\.invalid.*\); check the network, HTTPS_PROXY,/);
	vi.stubEnv('no_proxy', '');
	expect(await puller.pull(STAGE_1)).toMatchObject({ kind: 'pulled' });
	expect(proxy.asked).toEqual([]);
});

test('says that the proxy refuses', async () => {
	proxy.refusal = '407 Proxy Authentication Required';
	await expect(pulled()).rejects.toThrow(/cannot be reached \(.*407.*\); check the network, HTTPS_PROXY,/);
});

test.each(['socks5://127.0.0.1:1080', 'http://'])('says what %s should be', async (address) => {
	set(address);
	await expect(pulled()).rejects.toThrow(
		'HTTP_PROXY (or ALL_PROXY) must be the address of an HTTP proxy, for example http://proxy.example.edu:3128.',
	);
});
