import { isCopy } from '../copies.ts'
import type { Evidence } from '../evidence.ts'
import type { Excerpt } from '../excerpt.ts'
import { type Sourced, written } from '../origin.ts'
import { LINE_MARK } from '../programs/unit-words.ts'
import type { TextReader } from '../reader.ts'

/** The line that `systemctl cat` prints before a unit or a drop-in. */
const CAT_HEADER = /^# (\/\S+\.(?:service|conf))[ \t]*$/gm

/**
 * Reads systemd units and drop-ins of kubelets, k3s, RKE2, k0s and kube-apiserver, including the output of `systemctl
 * cat`.
 */
export const systemdUnitReader: TextReader = {
  reads: 'systemd units and their drop-ins (kubelet.service, 10-kubeadm.conf, kube-apiserver.service, k3s.service)',
  recognizes: ({ text }) => /^\[(Service|Unit)\]\s*$/m.test(text) && /^\s*(ExecStart|Environment\w*)\s*=/m.test(text),
  read(text, evidence) {
    // In a folder of drop-ins, systemd reads only `*.conf` (systemd.unit(5)).
    if (isCopy(text.file) || /\.d\/[^/]*(?<!\.conf)$/.test(text.file)) {
      evidence.note({
        kind: 'irrelevant',
        at: { file: text.file, line: 1 },
        message: 'a copy of a unit or of its drop-in, by its name, which systemd does not read',
      })
      return true
    }
    const headers = [...text.text.matchAll(CAT_HEADER)]
    if (headers.length === 0) return readUnit(text, text.file, evidence)
    const found = headers.map(({ index, 1: path }, i) =>
      readUnit(text.part(index, headers[i + 1]?.index ?? text.text.length), path, evidence),
    )
    return found.includes(true)
  },
}

function readUnit(text: Excerpt, path: string, evidence: Evidence): boolean {
  const commands: Sourced<string>[] = []
  const variables = new Map<string, Sourced<string>>()
  const variableFiles: string[] = []
  for (const { key, value, at } of settingsOf(text)) {
    if (key === 'EnvironmentFile') variableFiles.push(value.replace(/^-/, ''))
    if (key === 'Environment')
      for (const [name, content] of assignmentsIn(value)) variables.set(name, { value: content, origin: at.origin })
    // An empty command line discards the previous ones.
    if (key === 'ExecStart') value === '' ? commands.splice(0) : commands.push(at)
  }
  if (commands.length === 0 && variables.size === 0 && variableFiles.length === 0) return false
  evidence.units.push({ file: text.file, path, commands, variables, variableFiles })
  return true
}

interface Setting {
  readonly key: string
  readonly value: string
  /** The value, with its line. */
  readonly at: Sourced<string>
}

/** Returns the settings of a unit. A backslash at the end of a line continues it (systemd.syntax(7)). */
function settingsOf(text: Excerpt): Setting[] {
  const settings: Setting[] = []
  const lines = text.text.split('\n')
  const { line: firstLine } = text.positionOf(0)
  for (let i = 0; i < lines.length; i++) {
    const match = /^\s*(ExecStart|Environment|EnvironmentFile)\s*=\s*(.*?)\s*$/.exec(lines[i])
    if (match === null) continue
    const first = i
    let value = match[2]
    while (value.endsWith('\\') && i + 1 < lines.length) {
      const next = lines[++i].trim()
      // Comments inside a continued command are dropped.
      value = /^[#;]/.test(next) ? `${value.slice(0, -1)}${LINE_MARK}\\` : `${value.slice(0, -1)} ${LINE_MARK}${next}`
    }
    const at = written(value.replace(/\\$/, ''), { file: text.file, line: firstLine + first })
    settings.push({ key: match[1], value: at.value, at })
  }
  return settings
}

/** Returns the assignments of a line `Environment=`. Each can be quoted as a whole. */
function assignmentsIn(text: string): (readonly [name: string, value: string])[] {
  return [
    ...text.matchAll(/"([A-Za-z_]\w*)=((?:[^"\\]|\\.)*)"|'([A-Za-z_]\w*)=([^']*)'|([A-Za-z_]\w*)=("[^"]*"|\S*)/g),
  ].map((found) => [found[1] ?? found[3] ?? found[5], unquoted(found[2] ?? found[4] ?? found[6])] as const)
}

function unquoted(text: string): string {
  return /^".*"$/.test(text) ? text.slice(1, -1) : text
}
