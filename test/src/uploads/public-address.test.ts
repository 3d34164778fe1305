import { expect, test } from 'vitest';
import { isPublicAddress } from '../../../src/uploads/public-address.ts';

test.each([
	['127.0.0.1', 'this machine'],
	['127.255.0.3', 'this machine'],
	['0.0.0.0', 'any address of this machine'],
	['10.1.2.3', 'private'],
	['172.16.0.1', 'private'],
	['172.31.255.255', 'private'],
	['192.168.178.1', 'private'],
	['100.64.0.1', 'a provider’s network'],
	['100.100.100.200', 'metadata, in a provider’s network'],
	['169.254.169.254', 'metadata, on the link'],
	['168.63.129.16', 'metadata'],
	['192.0.0.192', 'metadata, reserved'],
	['198.18.0.1', 'benchmarks'],
	['192.0.2.1', 'documentation'],
	['224.0.0.251', 'a group'],
	['255.255.255.255', 'everybody'],
	['240.0.0.1', 'reserved'],
	['::', 'any address of this machine'],
	['::1', 'this machine'],
	['fe80::1', 'the link'],
	['fe80::1%eth0', 'the link'],
	['fc00::1', 'private'],
	['fd00:ec2::254', 'metadata, private'],
	['ff02::1', 'a group'],
	['::ffff:127.0.0.1', 'this machine, as IPv6'],
	['::ffff:a00:1', 'private, as IPv6'],
	['::127.0.0.1', 'this machine, in the old way'],
	['::7f00:1', 'the same as web addresses write it'],
	['fec0::1', 'a site'],
	['64:ff9b:1::a00:1', 'private, through NAT64 of its own'],
	['4000::1', 'not given out'],
	['64:ff9b::7f00:1', 'this machine, through NAT64'],
	['2002:7f00:1::', 'this machine, through 6to4'],
	['2001:0:7f00:1::', 'through Teredo'],
	['2001:db8::1', 'documentation'],
	['', 'nothing'],
	['localhost', 'a name'],
])('%s is not public: %s', (address) => {
	expect(isPublicAddress(address)).toBe(false);
});

test.each(['8.8.8.8', '93.184.215.14', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
	'%s is public',
	(address) => {
		expect(isPublicAddress(address)).toBe(true);
	},
);
