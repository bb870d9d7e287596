import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf, written } from '../origin.ts'
import type { Word } from '../programs/program-run.ts'
import type { ProgramName } from '../programs/programs.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, placeAt, sourcedAt, textAt, textsAt } from '../tree-values.ts'

/** The sections of a cluster whose fields are flags of programs, in camel case (kops.sigs.k8s.io/cluster_spec). */
const SECTIONS: readonly (readonly [key: string, program: ProgramName])[] = [
  ['kubeAPIServer', 'kube-apiserver'],
  ['kubeControllerManager', 'kube-controller-manager'],
  ['kubelet', 'kubelet'],
]

/** Reads the cluster and the instance groups of kops. */
export const kopsReader: DocumentReader = {
  reads: 'clusters and instance groups of kops (`kops get -o yaml`)',
  kinds: ['Cluster', 'InstanceGroup'],
  recognizes: ({ apiVersion, kind }) =>
    (kind === 'Cluster' || kind === 'InstanceGroup') && /^kops(\.k8s\.io)?\//.test(apiVersion),
  read({ tree, kind }, evidence) {
    evidence.distributions.push(written('kops', placeOf(tree.position)))
    if (kind === 'InstanceGroup') {
      if (treeAt(tree, ['spec', 'kubelet']) !== undefined)
        evidence.note({
          kind: 'unknown',
          at: placeAt(tree, ['spec', 'kubelet']),
          message: `the kubelets of the instance group ${textAt(tree, ['metadata', 'name']) ?? ''} have settings of their own, which are not read`,
          consequence: 'add /etc/sysconfig/kubelet of one of its nodes',
        })
      return
    }
    const version = sourcedAt(tree, ['spec', 'kubernetesVersion'])
    if (version !== null) evidence.versions.push({ ...version, value: version.value.replace(/^v?/, 'v') })
    for (const [key, program] of SECTIONS) addRun(program, tree, ['spec', key], evidence)
    const mode = sourcedAt(tree, ['spec', 'kubeProxy', 'proxyMode'])
    if (mode !== null) evidence.proxyModes.push(mode)
  },
  sections: [
    {
      program: 'kube-apiserver',
      takes: 'flags',
      path: ['spec', 'kubeAPIServer'],
      form: 'camel',
      mark: /\bkops(?:\.k8s\.io)?\//,
      isIn: ({ kind }) => kind === 'Cluster',
    },
  ],
}

function addRun(program: ProgramName, tree: Tree, path: readonly string[], evidence: Evidence): void {
  const own = entriesAt(tree, path).flatMap(([key, value]): Word[] => {
    const items = textsAt(value, [])
    const text = items.length > 0 ? items.join(',') : textAt(value, [])
    return text === null ? [] : [{ text: `--${flagOf(key)}=${text}`, at: placeOf(value.position) }]
  })
  const isOpen = program === 'kube-apiserver' && treeAt(tree, ['spec', 'authorization', 'alwaysAllow']) !== undefined
  const at = placeAt(tree, ['spec', 'authorization'])
  const words = isOpen ? [{ text: '--authorization-mode=AlwaysAllow', at }, ...own] : own
  if (words.length > 0) evidence.addRun({ program, words, at: words[0].at }, 'configuration')
}

/** Returns the flag of a field: `kubeletCertificateAuthority` is `kubelet-certificate-authority`. */
function flagOf(key: string): string {
  return key.replace(/[A-Z]+(?![a-z])|[A-Z]/g, (letters) => `-${letters.toLowerCase()}`)
}

/** Returns the field of a flag, as kops spells it: `anonymous-auth` is `anonymousAuth`. */
export function fieldOfFlag(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
