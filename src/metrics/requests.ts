/** Metrics of requests, by command: how many have ended, and through whose fault. */
import { Counter, type Registry } from 'prom-client';
import type { Outcome } from '../desk/request.ts';

/** @param command its name as in the registry; undefined: there is no such command */
export type RequestEnded = (command: string | undefined, outcome: Pick<Outcome, 'view' | 'fault'>) => void;

export function measureRequests(registry: Registry): RequestEnded {
	const registers = [registry];
	const requests = new Counter({
		name: 'flipside_requests_total',
		help: 'Requests that have ended, by command and state (done, failed, cancelled)',
		labelNames: ['command', 'state'],
		registers,
	});
	const errors = new Counter({
		name: 'flipside_errors_total',
		help: 'Requests that failed, by whose fault it was (user, internal)',
		labelNames: ['fault'],
		registers,
	});
	// A rate can only be told of a counter that was there before its first error.
	for (const fault of ['user', 'internal']) errors.inc({ fault }, 0);
	return (command = 'unknown', { view, fault }) => {
		requests.inc({ command, state: view.state });
		if (fault) errors.inc({ fault });
	};
}
