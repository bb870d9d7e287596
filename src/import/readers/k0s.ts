import { placeOf, written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { placeAt, sourcedAt, textAt } from '../tree-values.ts'
import { extraArgs } from './kubeadm.ts'

/** Reads the configuration of k0s, which connects its apiserver to nodes by Konnectivity. */
export const k0sReader: DocumentReader = {
  reads: 'k0s.yaml',
  kinds: ['ClusterConfig'],
  recognizes: ({ apiVersion, kind }) => kind === 'ClusterConfig' && apiVersion.startsWith('k0s.k0sproject.io'),
  read({ tree }, evidence) {
    evidence.distributions.push(written('k0s', placeOf(tree.position)))
    for (const [path, program] of [
      [['spec', 'api', 'extraArgs'], 'kube-apiserver'],
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
  },
}
