import type { TextReader } from '../reader.ts'

/** Skips files of static tokens and passwords. Only the number of users is reported. */
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

/** A JSON Web Token, a token of k3s or RKE2, a kubeadm token, or the packed kubeconfig that k0s calls a token. */
const TOKENS = /^(?:eyJ[\w-]+\.[\w-]+\.[\w-]*|K10[0-9a-f]+::\S+|[a-z0-9]{6}\.[a-z0-9]{16}|H4sI[\w+/=\s]+)\s*$/

/** Skips files that consist of a token. */
export const bearerTokenReader: TextReader = {
  reads: 'files of a token (service accounts, k3s, RKE2, k0s, kubeadm), which are passed over',
  recognizes: ({ text, file }) => TOKENS.test(text) || (/(?:^|[/._-])token$/.test(file) && /^\s*\S+\s*$/.test(text)),
  read({ file }, evidence) {
    evidence.note({ kind: 'unread', at: { file, line: 1 }, message: 'a token, which is secret and not read' })
    return true
  },
}
