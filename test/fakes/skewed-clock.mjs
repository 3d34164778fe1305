/** Sets a process's clock ahead by as many milliseconds as CLOCK_SKEW_MS says: node --import this file. */
const ahead = Number(process.env.CLOCK_SKEW_MS);

globalThis.Date = new Proxy(Date, {
	construct: (Real, args, as) => Reflect.construct(Real, args.length > 0 ? args : [Real.now() + ahead], as),
	get: (Real, key) => (key === 'now' ? () => Real.now() + ahead : Reflect.get(Real, key)),
});
