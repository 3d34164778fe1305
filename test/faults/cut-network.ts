/** A network that can be cut: a namespace of its own for some process, connected by a cable that can be pulled. */
import { execFileSync } from 'node:child_process';

const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/** Why there can be none; undefined if there can. */
export const NO_NAMESPACES = (() => {
	try {
		ip('netns', 'add', 'flipside-probe');
		ip('netns', 'del', 'flipside-probe');
		return undefined;
	} catch {
		return 'skipped: network namespaces need Linux, the program ip, and root';
	}
})();

export class CutNetwork {
	readonly namespace: string;
	/** The addresses of the two ends. */
	readonly here: string;
	readonly there: string;
	readonly #cable: string;

	/** @param nth tells several apart, 0..255 */
	constructor(nth: number) {
		this.namespace = `flipside-${process.pid}-${nth}`;
		this.#cable = `fl${process.pid % 100_000}-${nth}`;
		[this.here, this.there] = [`10.213.${nth}.1`, `10.213.${nth}.2`];
		const end = `${this.#cable}x`;
		ip('netns', 'add', this.namespace);
		ip('link', 'add', this.#cable, 'type', 'veth', 'peer', 'name', end, 'netns', this.namespace);
		ip('addr', 'add', `${this.here}/24`, 'dev', this.#cable);
		ip('netns', 'exec', this.namespace, 'ip', 'addr', 'add', `${this.there}/24`, 'dev', end);
		for (const device of [end, 'lo']) ip('netns', 'exec', this.namespace, 'ip', 'link', 'set', device, 'up');
		this.heal();
	}

	/** Nothing gets through, and neither end is told. */
	cut(): void {
		ip('link', 'set', this.#cable, 'down');
	}

	heal(): void {
		ip('link', 'set', this.#cable, 'up');
	}

	close(): void {
		ip('netns', 'del', this.namespace);
	}
}
