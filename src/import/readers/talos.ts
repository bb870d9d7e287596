import { treeAt } from '../../scenario/tree/tree.ts'
import { placeOf, written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'
import { extraArgs } from './kubeadm.ts'

/** Reads a machine configuration of Talos. Its secrets (keys, tokens) are not read. */
export const talosReader: DocumentReader = {
  reads: 'machine configurations of Talos',
  kinds: [],
  recognizes: ({ tree }) =>
    textAt(tree, ['version']) === 'v1alpha1' && (treeAt(tree, ['machine']) ?? treeAt(tree, ['cluster'])) !== undefined,
  read({ tree }, evidence) {
    evidence.distributions.push(written('talos', placeOf(tree.position)))
    const runs = [
      [['cluster', 'apiServer', 'extraArgs'], 'kube-apiserver'],
      [['cluster', 'controllerManager', 'extraArgs'], 'kube-controller-manager'],
      [['machine', 'kubelet', 'extraArgs'], 'kubelet'],
    ] as const
    for (const [path, program] of runs) {
      const words = extraArgs(tree, path)
      if (words.length > 0) evidence.addRun({ program, words, at: placeAt(tree, path) }, 'configuration')
    }
    const config = treeAt(tree, ['machine', 'kubelet', 'extraConfig'])
    if (config?.kind === 'map')
      evidence.kubeletFiles.push({ tree: config, at: placeOf(config.position), from: 'drop-in' })
    const image = sourcedAt(tree, ['cluster', 'apiServer', 'image']) ?? sourcedAt(tree, ['machine', 'kubelet', 'image'])
    if (image !== null) evidence.versions.push({ ...image, value: image.value.replace(/^.*:/, '') })
    const mode = sourcedAt(tree, ['cluster', 'proxy', 'mode'])
    if (mode !== null) evidence.proxyModes.push(mode)
    const secrets = ['token', 'secret', 'ca', 'secretboxEncryptionSecret', 'serviceAccount', 'aggregatorCA']
    const found = ['machine', 'cluster'].flatMap((part) =>
      entriesAt(tree, [part]).flatMap(([key]) => (secrets.includes(key) ? [`${part}.${key}`] : [])),
    )
    if (found.length > 0)
      evidence.note({ kind: 'unread', at: placeOf(tree.position), message: `${found.join(', ')}: secrets, not read` })
  },
}
