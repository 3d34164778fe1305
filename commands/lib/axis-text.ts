/** "guidance=1,3,7", as rows and columns of a comparison are typed. */

/** Its parts as they stand there, the name in lower case; undefined where it is written otherwise. */
export function splitAxis(text: string): { readonly name: string; readonly values: readonly string[] } | undefined {
	const [, name, list] = /^\s*([a-z]+)\s*[=:]\s*(.+)$/i.exec(text) ?? [];
	return name && list ? { name: name.toLowerCase(), values: list.split(',').map((value) => value.trim()) } : undefined;
}
