/**
 * Returns whether a text that another file or an option names is meant for onpath: it has `version: 1` or one of the
 * keys. Problems quote lines of the text, so other files (keys, password files) are refused first.
 */
export function isOwnText(text: string, ...keys: readonly string[]): boolean {
  const names = ['version["\']?[ \\t]*:[ \\t]*1(?![\\w.])', ...keys.map((key) => `${key}["']?[ \\t]*:`)]
  return new RegExp(`(?:^|[\\s{,])["']?(?:${names.join('|')})`, 'm').test(text)
}
