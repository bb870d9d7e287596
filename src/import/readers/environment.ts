import { isCopy } from '../copies.ts'
import { type Sourced, written } from '../origin.ts'
import type { TextReader } from '../reader.ts'

/** An assignment. A backslash at the end of a line continues a value, even inside quotes (systemd.exec(5)). */
const ASSIGNMENT =
  /^[ \t]*(?:(?:export|readonly)[ \t]+)?([A-Za-z_]\w*)=("(?:[^"\\]|\\[\s\S])*"[ \t\r]*|'[^']*'[ \t\r]*|(?:[^\n\\]|\\[\s\S])*)$/gm

/** Returns whether the value of a variable is secret. */
export function isSecretName(name: string): boolean {
  return /TOKEN|SECRET|PASSWORD|CREDENTIAL|PRIVATE|(?:^|_)KEY$|(?:^|_)KEY_DATA$|DATASTORE_ENDPOINT/i.test(name)
}

/** Reads files with environment variables of a service, for the flags of kubelets. */
export const environmentReader: TextReader = {
  reads: '/etc/default/kubelet, /etc/sysconfig/kubelet, /etc/kubelet-env, kubeadm-flags.env, k3s.service.env',
  recognizes: ({ text, file }) =>
    /^[ \t]*(?:(?:export|readonly)[ \t]+)?[A-Z_][A-Z0-9_]*=/m.test(text) &&
    (/KUBE|DAEMON_ARGS|K3S|RKE2|K0S/.test(text) || /kubelet|k3s|rke2|k0s/.test(file)) &&
    hasOnlyAssignments(text),
  read(text, evidence) {
    if (isCopy(text.file)) {
      const message = 'a copy of a file with variables, by its name, which no unit reads'
      evidence.note({ kind: 'irrelevant', at: { file: text.file, line: 1 }, message })
      return true
    }
    const values = new Map<string, Sourced<string>>()
    for (const { index, 1: name, 2: value } of text.text.matchAll(ASSIGNMENT)) {
      const at = { file: text.file, line: text.positionOf(index + text.text.slice(index).search(/\S/)).line }
      if (isSecretName(name))
        evidence.note({ kind: 'unread', at, message: `the variable ${name}, which is secret and not read` })
      else values.set(name, written(unquoted(value), at))
    }
    if (values.size > 0) evidence.variables.push({ at: { file: text.file, line: 1 }, values })
    return true
  },
}

/** Returns whether a text consists of assignments and comments only. A line of prose can contain an assignment too. */
function hasOnlyAssignments(text: string): boolean {
  return text
    .replace(ASSIGNMENT, '')
    .split('\n')
    .every((line) => /^\s*(?:[#;].*)?$/.test(line))
}

function unquoted(text: string): string {
  const trimmed = text.trim()
  if (/^'[\s\S]*'$/.test(trimmed)) return trimmed.slice(1, -1)
  const joined = trimmed.replace(/\\\r?\n/g, '')
  return /^"[\s\S]*"$/.test(joined) ? joined.slice(1, -1).replace(/\\(["\\$`])/g, '$1') : joined
}
