import { written } from '../origin.ts'
import type { Word } from '../programs/program-run.ts'
import type { TextReader } from '../reader.ts'

/** The kubelet settings that matter, with the equivalent flags (bottlerocket-os/bottlerocket README.md). */
const FLAGS: Readonly<Record<string, string>> = {
  'server-tls-bootstrap': 'rotate-server-certificates',
  'hostname-override': 'hostname-override',
}

/**
 * Reads the settings of Bottlerocket nodes from user data. All other settings of its kubelets are as on EKS: they
 * refuse anonymous requests and ask the apiserver for authorization. Outside of EKS, kubelets request no serving
 * certificate by default (sources/shared-defaults/kubernetes-metal.toml and kubernetes-vmware.toml).
 */
export const bottlerocketReader: TextReader = {
  reads: 'settings of Bottlerocket (TOML): whether kubelets request their serving certificates',
  recognizes: ({ text }) => /settings/.test(text) && linesOf(text).some(({ path }) => isOfKubernetes(path)),
  read(text, evidence) {
    const placeOf = (offset: number) => ({ file: text.file, line: text.positionOf(offset).line })
    const found = linesOf(text.text).filter(({ path }) => isOfKubernetes(path))
    const settings = found.filter(({ path, value }) => path.length === 3 && value !== null)
    const other = settings.find(({ path, value }) => isOutsideEks(path[2], value ?? ''))
    const words: Word[] = settings.flatMap(({ path, value, offset }) =>
      FLAGS[path[2]] !== undefined && value ? [{ text: `--${FLAGS[path[2]]}=${value}`, at: placeOf(offset) }] : [],
    )
    const requestsNone = `--${FLAGS['server-tls-bootstrap']}=false`
    if (other !== undefined && settings.every(({ path }) => path[2] !== 'server-tls-bootstrap'))
      words.push({ text: requestsNone, at: placeOf(other.offset) })
    for (const { path, value, offset } of settings)
      if (path[2] === 'server-certificate' || (path[2] === 'standalone-mode' && value === 'true'))
        evidence.note({
          kind: 'unread',
          at: placeOf(offset),
          message: `${path[2]} of Bottlerocket`,
          consequence: 'it concerns kubelets: add what the kubelet of this node answers at /configz',
        })
    if (other === undefined) evidence.distributions.push(written('eks', placeOf(found[0].offset)))
    else
      evidence.note({
        kind: 'used',
        at: placeOf(other.offset),
        message: `${other.path[2]} of Bottlerocket: the node belongs to a cluster outside of EKS`,
      })
    if (words.length > 0) evidence.addRun({ program: 'kubelet', words, at: words[0].at }, 'configuration')
    return true
  },
}

/**
 * Returns whether a setting is used only outside of EKS, where nodes authenticate by a bootstrap token and
 * certificates.
 */
function isOutsideEks(name: string, value: string): boolean {
  return (name === 'authentication-mode' && value !== 'aws') || (name === 'bootstrap-token' && value !== '')
}

function isOfKubernetes([first, second]: readonly string[]): boolean {
  return first === 'settings' && second === 'kubernetes'
}

/** The header of a table or of an array item, or a key with its value. */
interface TomlLine {
  readonly path: readonly string[]
  /** The value as unquoted text; null for a header. */
  readonly value: string | null
  readonly offset: number
}

const KEY = String.raw`(?:"[^"\n]*"|'[^'\n]*'|[\w-]+)`
const PATH = String.raw`${KEY}(?:[ \t]*\.[ \t]*${KEY})*`

/** Headers of tables, and keys with their values. */
const LINES = new RegExp(
  String.raw`^[ \t]*(?:\[\[?[ \t]*(${PATH})[ \t]*\]\]?[ \t]*(?:#.*)?\r?$|(${PATH})[ \t]*=[ \t]*(.*))`,
  'gm',
)

/**
 * Returns headers and keys of a TOML text with their whole paths. Only the first line of a multi-line value is read.
 */
function linesOf(text: string): readonly TomlLine[] {
  let table: readonly string[] = []
  return [...text.matchAll(LINES)].map(({ index: offset, 1: head, 2: key, 3: rest }) => {
    if (head !== undefined) {
      table = stepsOf(head)
      return { path: table, value: null, offset }
    }
    const value = /^(?:"([^"]*)"|'([^']*)'|([\w.-]+))/.exec(rest)?.slice(1).join('') ?? ''
    return { path: [...table, ...stepsOf(key)], value, offset }
  })
}

function stepsOf(path: string): readonly string[] {
  return [...path.matchAll(new RegExp(KEY, 'g'))].map(([step]) => step.replace(/^["']|["']$/g, ''))
}
