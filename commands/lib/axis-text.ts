/** Splits "guidance=1,3,7", as the rows and columns of a comparison are typed. */

/** The parts as typed, the name in lower case; undefined for text in any other form. */
export function splitAxis(text: string): { readonly name: string; readonly values: readonly string[] } | undefined {
	const [, name, list] = /^\s*([a-z]+)\s*[=:]\s*(.+)$/i.exec(text) ?? [];
	return name && list ? { name: name.toLowerCase(), values: list.split(',').map((value) => value.trim()) } : undefined;
}
