import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf } from '../origin.ts'
import type { MachineRole, Word } from '../programs/program-run.ts'
import type { ProgramName } from '../programs/programs.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, itemsAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'

const SECTIONS: readonly (readonly [key: string, program: ProgramName])[] = [
  ['apiServer', 'kube-apiserver'],
  ['controllerManager', 'kube-controller-manager'],
]

/** Reads kubeadm configurations, v1beta1 to v1beta4. Up to v1beta3 extraArgs is a map, since then a list. */
export const kubeadmReader: DocumentReader = {
  reads: 'ClusterConfiguration, InitConfiguration and JoinConfiguration of kubeadm',
  kinds: ['ClusterConfiguration', 'InitConfiguration', 'JoinConfiguration'],
  // Patches of kind have no apiVersion.
  recognizes: ({ apiVersion, kind }) => apiVersion.startsWith('kubeadm.k8s.io/') || (apiVersion === '' && kind !== ''),
  read({ tree, kind }, evidence) {
    if (kind === 'ClusterConfiguration') readClusterConfiguration(tree, evidence)
    else readNodeRegistration(tree, kind, evidence)
    evidence.distributions.push({ value: 'kubeadm', origin: { kind: 'written', at: placeOf(tree.position) } })
  },
  sections: [
    {
      program: 'kube-apiserver',
      takes: 'flags',
      path: ['apiServer', 'extraArgs'],
      form: 'map',
      // See kubeadm app/apis/kubeadm/v1beta4/types.go, ControlPlaneComponent.
      hasPairs: ({ apiVersion }) => /\/v1(?:beta(?:[4-9]|\d\d))?$/.test(apiVersion),
      mark: /\bClusterConfiguration\b/,
      isIn: ({ kind }) => kind === 'ClusterConfiguration',
    },
  ],
}

export function readClusterConfiguration(tree: Tree, evidence: Evidence): void {
  const version = sourcedAt(tree, ['kubernetesVersion'])
  if (version !== null) evidence.versions.push(version)
  for (const [key, program] of SECTIONS) addRun(program, tree, [key, 'extraArgs'], evidence)
}

/**
 * Reads the flags of a kubelet. InitConfiguration applies to the first control plane, JoinConfiguration mostly to
 * workers.
 */
export function readNodeRegistration(tree: Tree, kind: string, evidence: Evidence): void {
  const isOfControlPlane = kind === 'InitConfiguration' || treeAt(tree, ['controlPlane']) !== undefined
  const role = isOfControlPlane ? 'control-plane' : 'worker'
  addRun('kubelet', tree, ['nodeRegistration', 'kubeletExtraArgs'], evidence, role)
}

function addRun(
  program: ProgramName,
  tree: Tree,
  path: readonly string[],
  evidence: Evidence,
  role: MachineRole | null = null,
): void {
  const words = extraArgs(tree, path)
  if (words.length > 0) evidence.addRun({ program, words, at: placeAt(tree, path), role }, 'configuration')
}

/** Returns extra arguments as words of a command line. */
export function extraArgs(tree: Tree, path: readonly string[]): Word[] {
  const word = (name: string, value: string | null, at: Tree): Word => ({
    text: `--${name}=${value ?? ''}`,
    at: placeOf(at.position),
  })
  // Talos accepts a list for a repeated flag.
  const ofMap = entriesAt(tree, path).flatMap(([name, value]) =>
    value.kind === 'list'
      ? itemsAt(value, []).map((item) => word(name, textAt(item, []), item))
      : [word(name, textAt(value, []), value)],
  )
  const ofList = itemsAt(tree, path).flatMap((item) => {
    const name = textAt(item, ['name'])
    return name === null ? [] : [word(name, textAt(item, ['value']), item)]
  })
  return [...ofMap, ...ofList]
}
