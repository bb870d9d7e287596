/** The project's address on the web. */
export const PROJECT = 'https://github.com/onpath/onpath'

/**
 * Returns the web address of a page of the repository, such as `docs/import.md`. The package does not contain these
 * pages.
 */
export function pageAddress(page: string): string {
  return `${PROJECT}/blob/main/${page}`
}

/** Returns a text with a last line that gives the address of cited pages, if it cites any. */
export function withPlaceOfPages(text: string): string {
  return /\bdocs\/[\w/-]+\.md\b/.test(text) ? `${text}\nPages under docs/ are at ${PROJECT}/tree/main/docs\n` : text
}
