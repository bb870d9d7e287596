import { written } from '../origin.ts'
import type { Word } from '../programs/program-run.ts'
import type { TextReader } from '../reader.ts'

/** A table of TOML with settings of Kubernetes, or such a setting with its whole name. */
const SETTINGS =
  /^[ \t]*(?:\[settings\.kubernetes(?:\.[\w.-]+)?\][ \t]*(?:#.*)?$|settings\.kubernetes\.[\w."-]+[ \t]*=)/m

/** The settings of kubelets that take part, with the flag of the same meaning (bottlerocket-os/bottlerocket README.md). */
const FLAGS: Readonly<Record<string, string>> = {
  'server-tls-bootstrap': 'rotate-server-certificates',
  'hostname-override': 'hostname-override',
}

/**
 * Reads the settings of nodes with Bottlerocket: user data. All other settings of its kubelets are those of EKS: they
 * refuse anonymous requests and ask the apiserver who may do what.
 */
export const bottlerocketReader: TextReader = {
  reads: 'settings of Bottlerocket (TOML): whether kubelets request their serving certificates',
  recognizes: ({ text }) => SETTINGS.test(text),
  read(text, evidence) {
    const placeOf = (offset: number) => ({ file: text.file, line: text.positionOf(offset).line })
    let table = ''
    let isOfEks = true
    const words: Word[] = []
    for (const { index, 1: head, 2: key, 3: value } of text.text.matchAll(LINES)) {
      if (head !== undefined) {
        table = `${head}.`
        continue
      }
      const name = /^settings\.kubernetes\.([\w-]+)$/.exec(`${table}${key}`)?.[1] ?? ''
      const at = placeOf(index)
      const setting = /^(?:"([^"]*)"|'([^']*)'|([\w.-]+))/.exec(value)?.slice(1).join('') ?? ''
      if (FLAGS[name] !== undefined && setting !== '') words.push({ text: `--${FLAGS[name]}=${setting}`, at })
      const isOfOthers = name === 'authentication-mode' && setting !== 'aws'
      if (isOfOthers) isOfEks = false
      if (isOfOthers || name === 'server-certificate')
        evidence.note({
          kind: 'unread',
          at,
          message: `${name} of Bottlerocket`,
          consequence: 'it concerns kubelets: add what the kubelet of this node answers at /configz',
        })
    }
    const first = SETTINGS.exec(text.text)?.index ?? 0
    if (isOfEks) evidence.distributions.push(written('eks', placeOf(first)))
    if (words.length > 0) evidence.addRun({ program: 'kubelet', words, at: words[0].at }, 'configuration')
    return true
  },
}

/** The heads of tables, and keys with their values. */
const LINES = /^[ \t]*(?:\[([\w.-]+)\]|([\w.-]+)[ \t]*=[ \t]*(.*))/gm
