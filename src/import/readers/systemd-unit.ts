import type { Excerpt } from '../excerpt.ts'
import { type Sourced, written } from '../origin.ts'
import type { TextReader } from '../reader.ts'

/** Reads systemd units and drop-ins of kubelets, k3s, RKE2, k0s and kube-apiserver, also as `systemctl cat` prints them. */
export const systemdUnitReader: TextReader = {
  reads: 'systemd units and their drop-ins (kubelet.service, 10-kubeadm.conf, k3s.service)',
  recognizes: ({ text }) => /^\[(Service|Unit)\]\s*$/m.test(text) && /^\s*(ExecStart|Environment\w*)\s*=/m.test(text),
  read(text, evidence) {
    const commands: Sourced<string>[] = []
    const variables = new Map<string, Sourced<string>>()
    const variableFiles: string[] = []
    for (const { key, value, at } of settingsOf(text)) {
      if (key === 'EnvironmentFile') variableFiles.push(value.replace(/^-/, ''))
      if (key === 'Environment')
        for (const [name, content] of assignmentsIn(value)) variables.set(name, { value: content, origin: at.origin })
      // An empty command line takes those back that were given before.
      if (key === 'ExecStart') value === '' ? commands.splice(0) : commands.push(at)
    }
    if (commands.length === 0 && variables.size === 0 && variableFiles.length === 0) return false
    evidence.units.push({ file: text.file, commands, variables, variableFiles })
    return true
  },
}

interface Setting {
  readonly key: string
  readonly value: string
  /** The value with the line that has it. */
  readonly at: Sourced<string>
}

/** Returns the settings of a unit; a backslash at the end of a line continues it (systemd.syntax(7)). */
function settingsOf(text: Excerpt): Setting[] {
  const settings: Setting[] = []
  const lines = text.text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const match = /^\s*(ExecStart|Environment|EnvironmentFile)\s*=\s*(.*?)\s*$/.exec(lines[i])
    if (match === null) continue
    const first = i
    let value = match[2]
    while (value.endsWith('\\') && i + 1 < lines.length) value = `${value.slice(0, -1)} ${lines[++i].trim()}`
    const offset = lines.slice(0, first).reduce((sum, line) => sum + line.length + 1, 0)
    const at = written(value, { file: text.file, line: text.positionOf(offset).line })
    settings.push({ key: match[1], value, at })
  }
  return settings
}

/** Returns the assignments of a line `Environment=`, each of which can be quoted as a whole. */
function assignmentsIn(text: string): (readonly [name: string, value: string])[] {
  return [
    ...text.matchAll(/"([A-Za-z_]\w*)=((?:[^"\\]|\\.)*)"|'([A-Za-z_]\w*)=([^']*)'|([A-Za-z_]\w*)=("[^"]*"|\S*)/g),
  ].map((found) => [found[1] ?? found[3] ?? found[5], unquoted(found[2] ?? found[4] ?? found[6])] as const)
}

function unquoted(text: string): string {
  return /^".*"$/.test(text) ? text.slice(1, -1) : text
}
