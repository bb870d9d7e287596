import type { Distribution, Evidence } from '../evidence.ts'
import { type Sourced, written } from '../origin.ts'
import type { ImportOptions } from './context.ts'

/** The endings of versions that tell a distribution. */
const VERSION_MARKS: readonly (readonly [mark: RegExp, distribution: Distribution])[] = [
  [/\+k3s\d/, 'k3s'],
  [/\+rke2r?\d/, 'rke2'],
  [/\+k0s/, 'k0s'],
  [/-gke\./, 'gke'],
  [/-eks-/, 'eks'],
  [/^v1\.\d+\.\d+-rancher\d/, 'rke'],
  // The commit of OpenShift's own kubelet.
  [/^v1\.\d+\.\d+\+[0-9a-f]{7,10}$/, 'openshift'],
]

/** The label of nodes of HyperShift, which have the versions and labels of OpenShift too. */
const HOSTED_LABEL = 'hypershift.openshift.io/nodePool'

const LABEL_MARKS: readonly (readonly [prefix: string, distribution: Distribution])[] = [
  ['cloud.google.com/gke-nodepool', 'gke'],
  ['eks.amazonaws.com/nodegroup', 'eks'],
  ['kubernetes.azure.com/cluster', 'aks'],
  ['kops.k8s.io/instancegroup', 'kops'],
  ['node.k0sproject.io/role', 'k0s'],
  ['microk8s.io/cluster', 'microk8s'],
  ['node.openshift.io/os_id', 'openshift'],
]

/** Files and paths in command lines that tell a distribution. */
const PATH_MARKS: readonly (readonly [mark: RegExp, distribution: Distribution])[] = [
  [/rancher\/rke2/, 'rke2'],
  [/rancher\/k3s/, 'k3s'],
  [/lib\/k0s|etc\/k0s/, 'k0s'],
  [/snap\/microk8s\//, 'microk8s'],
  [/kubernetes\/static-pod-(?:resources|certs)\/|^--config=\/etc\/kubernetes\/kubelet\.conf$/, 'openshift'],
  [/^--kubeconfig=\/etc\/kubernetes\/ssl\/kubecfg-kube-node\.yaml$/, 'rke'],
  [/home\/kubernetes\/|etc\/srv\/kubernetes\/(?!kubelet-server)/, 'kube-up'],
  [/\/srv\/kubernetes\/(?:kube-apiserver|ca)\b/, 'kops'],
  [/etc\/kubernetes\/kubelet\/(?:config|kubelet-config)\.json/, 'eks'],
  [/etc\/kubernetes\/certs\/(?:kubeletserver|ca|apiserver)\./, 'aks'],
  [/etc\/kubernetes\/(?:manifests|pki)\//, 'kubeadm'],
]

/** Returns the distribution, as the user, a version, a label or the places of files tell it; null where nothing does. */
export function distributionOf(evidence: Evidence, { provider }: ImportOptions): Sourced<Distribution> | null {
  if (provider !== undefined) return { value: provider, origin: { kind: 'assumed', why: 'the option --provider' } }
  const { distributions, nodes, versions } = evidence
  const certain = distributions.find(({ value }) => value !== 'kubeadm')
  const hosted = distributions.find(({ value }) => value === 'hypershift')
  const hostedNode = nodes.find(({ labels }) => labels.has(HOSTED_LABEL))
  return (
    hosted ??
    (hostedNode === undefined ? null : written('hypershift', hostedNode.at)) ??
    certain ??
    byVersion([...versions, ...nodes.flatMap((node) => node.kubeletVersion ?? [])]) ??
    byLabel(nodes) ??
    byProgram(evidence) ??
    byPath(evidence) ??
    distributions[0] ??
    null
  )
}

function byVersion(versions: readonly Sourced<string>[]): Sourced<Distribution> | null {
  for (const { value, origin } of versions) {
    const found = VERSION_MARKS.find(([mark]) => mark.test(value))
    if (found !== undefined) return { value: found[1], origin }
  }
  return null
}

function byLabel(nodes: Evidence['nodes']): Sourced<Distribution> | null {
  for (const { labels, at } of nodes) {
    const found = LABEL_MARKS.find(([label]) => labels.has(label))
    if (found !== undefined) return written(found[1], at)
  }
  return null
}

function byProgram({ runs, units }: Evidence): Sourced<Distribution> | null {
  const commands = units.flatMap((unit) => unit.commands)
  for (const name of ['k3s', 'rke2', 'k0s'] as const) {
    const run = runs.find(({ program }) => program === name)
    if (run !== undefined) return written(name, run.at)
    const command = commands.find(({ value }) => new RegExp(`^\\S*\\b${name}\\s`).test(value))
    if (command !== undefined) return { value: name, origin: command.origin }
  }
  return null
}

function byPath({ runs, kubeletFiles, certificates }: Evidence): Sourced<Distribution> | null {
  const places = [
    ...runs.flatMap(({ words }) => words.map(({ text, at }) => ({ text, at }))),
    ...kubeletFiles.map(({ at }) => ({ text: at.file, at })),
    ...runs.map(({ at }) => ({ text: at.file, at })),
    ...certificates.map(({ at }) => ({ text: at.file, at })),
  ]
  for (const [mark, distribution] of PATH_MARKS) {
    const found = places.find(({ text }) => mark.test(text))
    if (found !== undefined) return written(distribution, found.at)
  }
  return null
}
