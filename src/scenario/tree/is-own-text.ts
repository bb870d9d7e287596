/**
 * Whether a text that another file or an option names is meant for onpath: it has `version: 1` or one of the keys.
 * Problems show lines of the text, so a file that is named by mistake or by malice (a key, a password file) is refused
 * before.
 */
export function isOwnText(text: string, ...keys: readonly string[]): boolean {
  const names = ['version["\']?[ \\t]*:[ \\t]*1(?![\\w.])', ...keys.map((key) => `${key}["']?[ \\t]*:`)]
  return new RegExp(`(?:^|[\\s{,])["']?(?:${names.join('|')})`, 'm').test(text)
}
