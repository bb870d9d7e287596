import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { booleanOf } from '../../values/boolean-of.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf, written } from '../origin.ts'
import { shellCommands } from '../programs/shell-words.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'
import { extraArgs } from './kubeadm.ts'

/** The path of the k0s configuration in a k0sctl file. */
const K0SCTL_CONFIG: readonly string[] = ['spec', 'k0s', 'config']
/** The path of the apiserver's flags in a k0s configuration. */
const APISERVER_ARGS: readonly string[] = ['spec', 'api', 'extraArgs']

/** Reads the configuration of k0s, which connects its apiserver to nodes through Konnectivity. */
export const k0sReader: DocumentReader = {
  reads: 'k0s.yaml, k0sctl.yaml',
  kinds: ['ClusterConfig', 'Cluster'],
  recognizes: ({ apiVersion, kind }) =>
    (kind === 'ClusterConfig' && apiVersion.startsWith('k0s.k0sproject.io')) ||
    (kind === 'Cluster' && apiVersion.startsWith('k0sctl.k0sproject.io')),
  read({ tree, kind }, evidence) {
    evidence.distributions.push(written('k0s', placeOf(tree.position)))
    if (kind === 'ClusterConfig') {
      readConfig(tree, evidence)
      return
    }
    const version = sourcedAt(tree, ['spec', 'k0s', 'version'])
    if (version !== null) evidence.versions.push({ ...version, value: version.value.replace(/^v?/, 'v') })
    const config = treeAt(tree, K0SCTL_CONFIG)
    if (config !== undefined) readConfig(config, evidence)
    for (const host of itemsAt(tree, ['spec', 'hosts'])) readInstallFlags(host, evidence)
  },
  sections: [
    {
      program: 'kube-apiserver',
      takes: 'flags',
      path: APISERVER_ARGS,
      form: 'map',
      mark: /k0s\.k0sproject\.io/,
      isIn: ({ kind }) => kind === 'ClusterConfig',
    },
    {
      program: 'kube-apiserver',
      takes: 'flags',
      path: [...K0SCTL_CONFIG, ...APISERVER_ARGS],
      form: 'map',
      mark: /k0sctl\.k0sproject\.io/,
      isIn: ({ kind }) => kind === 'Cluster',
    },
  ],
}

function readConfig(tree: Tree, evidence: Evidence): void {
  for (const [path, program] of [
    [APISERVER_ARGS, 'kube-apiserver'],
    [['spec', 'controllerManager', 'extraArgs'], 'kube-controller-manager'],
  ] as const) {
    const words = extraArgs(tree, path)
    if (words.length > 0) evidence.addRun({ program, words, at: placeAt(tree, path) }, 'configuration')
  }
  const port = Number(textAt(tree, ['spec', 'konnectivity', 'agentPort']) ?? 0)
  if (Number.isInteger(port) && port > 0 && port < 65_536)
    evidence.agentPorts.push(written(port, placeAt(tree, ['spec', 'konnectivity', 'agentPort'])))
  const mode = sourcedAt(tree, ['spec', 'network', 'kubeProxy', 'mode'])
  if (mode !== null) evidence.proxyModes.push(mode)
  const isProxyOff = booleanOf(textAt(tree, ['spec', 'network', 'kubeProxy', 'disabled'])) === true
  if (isProxyOff)
    evidence.note({
      kind: 'unmodelled',
      at: placeAt(tree, ['spec', 'network', 'kubeProxy', 'disabled']),
      message: 'kube-proxy is off; that of iptables is taken for what replaces it',
    })
  const wireguard = ['spec', 'network', 'calico', 'wireguard']
  if (booleanOf(textAt(tree, wireguard)) === true && textAt(tree, ['spec', 'network', 'provider']) === 'calico')
    evidence.encryptions.push(written('Calico WireGuard', placeAt(tree, wireguard)))
  for (const profile of itemsAt(tree, ['spec', 'workerProfiles'])) {
    const values = treeAt(profile, ['values'])
    if (values?.kind !== 'map') continue
    evidence.kubeletProfiles.push({
      name: textAt(profile, ['name']) ?? '',
      tree: values,
      at: placeOf(profile.position),
    })
  }
}

function readInstallFlags(host: Tree, evidence: Evidence): void {
  for (const flag of itemsAt(host, ['installFlags'])) {
    const text = textAt(flag, []) ?? ''
    const at = placeOf(flag.position)
    const words = shellCommands(text).flatMap((own) => own.map((word) => ({ text: word.text, at })))
    if (words.length > 0) evidence.addRun({ program: 'k0s', words, at }, 'configuration')
  }
}
