import { scalarAt, type Tree } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf, written } from '../origin.ts'
import type { Word } from '../programs/program-run.ts'
import type { ProgramName } from '../programs/programs.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, itemsAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'

/** The keys with arguments of programs, with those programs (docs.k3s.io/cli/server, Customized Flags). */
const COMPONENT_ARGUMENTS: readonly (readonly [key: string, program: ProgramName])[] = [
  ['kube-apiserver-arg', 'kube-apiserver'],
  ['kube-controller-manager-arg', 'kube-controller-manager'],
  ['kubelet-arg', 'kubelet'],
  ['kube-proxy-arg', 'kube-proxy'],
]

const OTHER_KEYS = [
  'egress-selector-mode',
  'write-kubeconfig-mode',
  'cluster-init',
  'tls-san',
  'server',
  'disable',
  'cni',
]

/** Reads the configuration files of k3s and RKE2 and their drop-ins. Their token is not read. */
export const k3sReader: DocumentReader = {
  reads: '/etc/rancher/k3s/config.yaml, /etc/rancher/rke2/config.yaml, and their drop-ins',
  kinds: [],
  recognizes({ tree, kind, apiVersion, text }) {
    if (kind !== '' || apiVersion !== '') return false
    if (/rancher\/(k3s|rke2)\/config\.yaml/.test(text.file)) return true
    const keys = [...COMPONENT_ARGUMENTS.map(([key]) => key), ...OTHER_KEYS.slice(0, 3)]
    return entriesAt(tree, []).some(([key]) => keys.includes(key.replace(/\+$/, '')))
  },
  read({ tree, text }, evidence) {
    const at = placeOf(tree.position)
    const isRke2 = /rke2/.test(text.file) || scalarAt(tree, ['cni']) !== undefined
    evidence.distributions.push(written(isRke2 ? 'rke2' : 'k3s', at))
    for (const [key, program] of COMPONENT_ARGUMENTS) {
      const words = [key, `${key}+`].flatMap((one) => argumentsAt(tree, one))
      if (words.length > 0) evidence.addRun({ program, words, at: words[0].at }, 'configuration')
    }
    const mode = sourcedAt(tree, ['egress-selector-mode'])
    if (mode !== null) evidence.agentModes.push(mode)
    noteSecrets(tree, evidence)
  },
}

/** Returns the arguments, which are written without dashes: a list, or one text. */
function argumentsAt(tree: Tree, key: string): Word[] {
  const items = itemsAt(tree, [key])
  const texts = items.length > 0 ? items.map((item) => sourcedAt(item, [])) : [sourcedAt(tree, [key])]
  return texts.flatMap((one, i) => {
    if (one === null) return []
    const at = items.length > 0 ? placeOf(items[i].position) : placeAt(tree, [key])
    return [{ text: `--${one.value.replace(/^--/, '')}`, at }]
  })
}

function noteSecrets(tree: Tree, evidence: Evidence): void {
  for (const key of ['token', 'agent-token', 'datastore-endpoint'])
    if (textAt(tree, [key]) !== null)
      evidence.note({ kind: 'unread', at: placeAt(tree, [key]), message: `${key}, which is secret and not read` })
}
