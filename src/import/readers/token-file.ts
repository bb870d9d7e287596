import type { TextReader } from '../reader.ts'

/** Passes over files of static tokens and passwords; only the number of users is said. */
export const tokenFileReader: TextReader = {
  reads: 'files of static tokens (--token-auth-file) and passwords, of which only the number of lines is read',
  recognizes: ({ text, file }) =>
    /(token|basic.?auth)[^/]*\.csv$|known_tokens|basic_auth/.test(file) && /^[^\s,]+,[^,]+,/m.test(text),
  read(text, evidence) {
    const users = text.text.split('\n').filter((line) => /^[^#\s,][^,]*,[^,]+,/.test(line)).length
    evidence.note({
      kind: 'unmodelled',
      at: { file: text.file, line: 1 },
      message: `static credentials of ${users} ${users === 1 ? 'user' : 'users'}, which are not read`,
      consequence: 'they never expire, and whoever reads the file has them',
    })
    return true
  },
}
