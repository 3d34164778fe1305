/** The text of the page of /course, for tests to search. */

/** Removes the marks that keep an option of a line unbroken. */
export const withoutBreaks = (html: string) =>
	html.replaceAll(/<code>.*?<\/code>/g, (line) => line.replaceAll(/<\/?span>/g, ''));
