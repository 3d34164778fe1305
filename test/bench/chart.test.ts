import { expect, test } from 'vitest';
import { chartOf } from '../../bench/chart.ts';

test('the chart has a bar for each peer, as long as its time', () => {
	const header = ['batch', 'by', 'fastest, ms', 'fastest / ours'];
	const rows = [
		['1', 'Flipside', '20.0', '1.00'],
		['1', 'PyTorch 2.15.0+cu132, diffusers 0.42.1, channels last', '30.0', '1.50'],
		['2', 'Flipside', '40.0', '1.00'],
		['2', 'OpenVINO <x>', '20.0', '0.50'],
	];
	const svg = chartOf({ header, rows }, 'A machine & more');
	expect(svg).toContain('>PyTorch 2.15.0, channels last</text>');
	expect(svg).toContain('>OpenVINO &lt;x></text>');
	expect(svg).toContain('A machine &amp; more');
	const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
	expect(widths).toHaveLength(2);
	expect(widths[0] / widths[1]).toBeCloseTo(3, 2);
});
