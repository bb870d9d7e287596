import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf, written } from '../origin.ts'
import type { Word } from '../programs/program-run.ts'
import type { ProgramName } from '../programs/programs.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, placeAt, sourcedAt, textAt, textsAt } from '../tree-values.ts'

/** The sections of a cluster whose fields are program flags in camel case (kops.sigs.k8s.io/cluster_spec). */
const SECTIONS: readonly (readonly [key: string, program: ProgramName])[] = [
  ['kubeAPIServer', 'kube-apiserver'],
  ['kubeControllerManager', 'kube-controller-manager'],
]

/** The sections for control-plane kubelets in v1alpha2 and since v1alpha3. */
const CONTROL_PLANE_KUBELET = ['masterKubelet', 'controlPlaneKubelet']

/** The roles of instance groups with control-plane machines. */
const CONTROL_PLANE_ROLES = ['Master', 'ControlPlane']

/** The label with the instance group of a node. */
export const GROUP_LABEL = 'kops.k8s.io/instancegroup'

/** The most nodes that are planned for a group if no Nodes were imported. */
const MOST_PLANNED = 3

/** Reads the cluster and the instance groups of kops. */
export const kopsReader: DocumentReader = {
  reads: 'clusters and instance groups of kops (`kops get -o yaml`)',
  kinds: ['Cluster', 'InstanceGroup'],
  recognizes: ({ apiVersion, kind }) =>
    (kind === 'Cluster' || kind === 'InstanceGroup') && /^kops(\.k8s\.io)?\//.test(apiVersion),
  read({ tree, kind }, evidence) {
    evidence.distributions.push(written('kops', placeOf(tree.position)))
    if (kind === 'InstanceGroup') {
      readGroup(tree, evidence)
      return
    }
    const version = sourcedAt(tree, ['spec', 'kubernetesVersion'])
    if (version !== null) evidence.versions.push({ ...version, value: version.value.replace(/^v?/, 'v') })
    for (const [key, program] of SECTIONS) addRun(program, tree, ['spec', key], evidence)
    const ofAll = wordsAt(tree, ['spec', 'kubelet'])
    const ofControlPlanes = CONTROL_PLANE_KUBELET.flatMap((key) => wordsAt(tree, ['spec', key]))
    if (ofAll.length > 0) evidence.kopsKubelets.push({ of: 'cluster', group: '', words: ofAll })
    if (ofControlPlanes.length > 0)
      evidence.kopsKubelets.push({ of: 'control-planes', group: '', words: ofControlPlanes })
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

/** Reads an instance group: its kubelet settings that override those of the cluster, and its nodes. */
function readGroup(tree: Tree, evidence: Evidence): void {
  const group = textAt(tree, ['metadata', 'name']) ?? ''
  const role = textAt(tree, ['spec', 'role']) ?? 'Node'
  if (role === 'Bastion') return
  const isControlPlane = CONTROL_PLANE_ROLES.includes(role)
  const words = wordsAt(tree, ['spec', 'kubelet'])
  const of = isControlPlane ? 'control-plane-group' : 'group'
  if (words.length > 0) evidence.kopsKubelets.push({ of, group, words })
  const least = Number(textAt(tree, ['spec', 'minSize']) ?? '1')
  const count = Math.max(1, Math.min(MOST_PLANNED, Number.isInteger(least) ? least : 1))
  for (let i = 1; i <= count; i++)
    evidence.plannedNodes.push({
      name: `${group}-${i}`,
      at: placeAt(tree, ['metadata', 'name']),
      labels: new Map([[GROUP_LABEL, group]]),
      zone: null,
      addresses: [],
      kubeletVersion: null,
      podRanges: [],
      isControlPlane,
    })
}

/** Returns the fields of a section as flags. */
function wordsAt(tree: Tree, path: readonly string[]): readonly Word[] {
  return entriesAt(tree, path).flatMap(([key, value]): Word[] => {
    const items = textsAt(value, [])
    const text = items.length > 0 ? items.join(',') : textAt(value, [])
    return text === null ? [] : [{ text: `--${flagOf(key)}=${text}`, at: placeOf(value.position) }]
  })
}

function addRun(program: ProgramName, tree: Tree, path: readonly string[], evidence: Evidence): void {
  const own = wordsAt(tree, path)
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
