import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { booleanOf } from '../../values/boolean-of.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf, written } from '../origin.ts'
import type { Word } from '../programs/program-run.ts'
import type { ProgramName } from '../programs/programs.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, itemsAt, placeAt, sourcedAt, textAt, textsAt } from '../tree-values.ts'
import { extraArgs } from './kubeadm.ts'

const SERVICES: readonly (readonly [key: string, program: ProgramName])[] = [
  ['kube-api', 'kube-apiserver'],
  ['kube-controller', 'kube-controller-manager'],
  ['kubelet', 'kubelet'],
]

/** Reads the configuration of RKE (rancher/rke types/rke_types.go). Its keys and passwords are not read. */
export const rkeReader: DocumentReader = {
  reads: 'cluster.yml of RKE: its nodes, and arguments of programs',
  kinds: [],
  recognizes: ({ tree, kind, apiVersion }) =>
    kind === '' && apiVersion === '' && (hasServices(tree) || itemsAt(tree, ['nodes']).some(isNode)),
  read({ tree }, evidence) {
    evidence.distributions.push(written('rke', placeOf(tree.position)))
    const version = sourcedAt(tree, ['kubernetes_version'])
    if (version !== null && version.value !== '') evidence.versions.push(version)
    for (const [key, program] of SERVICES) {
      const words = [...ownWords(program, tree), ...argumentsOf(tree, key)]
      if (words.length > 0) evidence.addRun({ program, words, at: words[0].at }, 'configuration')
    }
    const plugin = sourcedAt(tree, ['network', 'plugin'])
    if (plugin !== null && !['', 'none'].includes(plugin.value))
      evidence.networkPlugins.push({ ...plugin, enforcesPolicies: /^(?:canal|calico|weave)$/.test(plugin.value) })
    for (const node of itemsAt(tree, ['nodes'])) readNode(node, evidence)
  },
  sections: (['kube-api', 'kubelet'] as const).map((key) => ({
    program: key === 'kubelet' ? key : 'kube-apiserver',
    takes: 'flags',
    path: ['services', key, 'extra_args'],
    form: 'map',
    mark: /^(?:services|nodes):/,
  })),
}

function hasServices(tree: Tree): boolean {
  return SERVICES.some(([key]) => treeAt(tree, ['services', key])?.kind === 'map')
}

function isNode(node: Tree): boolean {
  return textAt(node, ['address']) !== null && itemsAt(node, ['role']).length > 0
}

/** Returns extra arguments, with one value or a list of values for each name. */
function argumentsOf(tree: Tree, key: string): readonly Word[] {
  const arrays = entriesAt(tree, ['services', key, 'extra_args_array']).flatMap(([name, value]) =>
    itemsAt(value, []).map((item) => ({ text: `--${name}=${textAt(item, []) ?? ''}`, at: placeOf(item.position) })),
  )
  return [...extraArgs(tree, ['services', key, 'extra_args']), ...arrays]
}

/** Returns the flags that result from other settings of the file (rancher/rke cluster/plan.go). */
function ownWords(program: ProgramName, tree: Tree): readonly Word[] {
  const word = (text: string, path: readonly string[]): Word => ({ text, at: placeAt(tree, path) })
  const serving = ['services', 'kubelet', 'generate_serving_certificate']
  if (booleanOf(textAt(tree, serving)) === true) {
    if (program === 'kube-apiserver')
      return [...modeWords(tree), word(`--kubelet-certificate-authority=${CA}`, serving)]
    if (program === 'kubelet') return [word('--tls-cert-file=/etc/kubernetes/ssl/kube-kubelet.pem', serving)]
  }
  return program === 'kube-apiserver' ? modeWords(tree) : []
}

const CA = '/etc/kubernetes/ssl/kube-ca.pem'

/**
 * Returns the flag of the authorization mode. RKE passes --authorization-mode only for `rbac`, its default. Otherwise the
 * apiserver's own default applies, AlwaysAllow.
 */
function modeWords(tree: Tree): readonly Word[] {
  const path = ['authorization', 'mode']
  const mode = textAt(tree, path)
  return mode === null || mode === '' || mode === 'rbac'
    ? []
    : [{ text: '--authorization-mode=AlwaysAllow', at: placeAt(tree, path) }]
}

function readNode(node: Tree, evidence: Evidence): void {
  const address = textAt(node, ['address'])
  if (address === null) return
  const roles = textsAt(node, ['role'])
  const internal = textAt(node, ['internal_address'])
  const at = placeAt(node, ['address'])
  const addresses = [
    { type: 'InternalIP', address: internal ?? address, at: placeAt(node, ['internal_address']) },
    ...(internal === null || internal === address ? [] : [{ type: 'ExternalIP', address, at }]),
  ]
  evidence.plannedNodes.push({
    name: textAt(node, ['hostname_override']) ?? address,
    at,
    labels: new Map(),
    zone: null,
    kubeletVersion: null,
    podRanges: [],
    addresses,
    isControlPlane: roles.includes('controlplane'),
  })
}
