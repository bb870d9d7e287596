import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { placeOf, written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, itemsAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'
import { extraArgs } from './kubeadm.ts'

/** The sections of a machine configuration with arguments of programs. */
const ARGUMENTS = [
  [['cluster', 'apiServer', 'extraArgs'], 'kube-apiserver'],
  [['cluster', 'controllerManager', 'extraArgs'], 'kube-controller-manager'],
  [['machine', 'kubelet', 'extraArgs'], 'kubelet'],
] as const

const KUBELET_CONFIG = ['machine', 'kubelet', 'extraConfig'] as const

/** Reads a machine configuration of Talos, and patches of one. Its secrets (keys, tokens) are not read. */
export const talosReader: DocumentReader = {
  reads: 'machine configurations of Talos, their patches, and `talosctl get kubeletspec`',
  kinds: [],
  recognizes: ({ tree, apiVersion, kind }) =>
    isMachineConfig(tree) || (apiVersion === '' && kind === '' && isPatch(tree)) || isKubeletSpec(tree),
  read({ tree }, evidence) {
    evidence.distributions.push(written('talos', placeOf(tree.position)))
    if (isKubeletSpec(tree)) {
      const words = itemsAt(tree, ['spec', 'args']).map((item) => ({
        text: textAt(item, []) ?? '',
        at: placeOf(item.position),
      }))
      if (words.length > 0) evidence.addRun({ program: 'kubelet', words, at: words[0].at }, 'process')
      const config = treeAt(tree, ['spec', 'config'])
      if (config?.kind === 'map')
        evidence.kubeletFiles.push({ tree: config, at: placeOf(config.position), from: 'file' })
      return
    }
    for (const [path, program] of ARGUMENTS) {
      const words = extraArgs(tree, path)
      if (words.length > 0) evidence.addRun({ program, words, at: placeAt(tree, path) }, 'configuration')
    }
    const config = treeAt(tree, KUBELET_CONFIG)
    if (config?.kind === 'map')
      evidence.kubeletFiles.push({ tree: config, at: placeOf(config.position), from: 'drop-in' })
    const image = sourcedAt(tree, ['cluster', 'apiServer', 'image']) ?? sourcedAt(tree, ['machine', 'kubelet', 'image'])
    if (image !== null) evidence.versions.push({ ...image, value: image.value.replace(/@.*$/, '').replace(/^.*:/, '') })
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

function isMachineConfig(tree: Tree): boolean {
  return textAt(tree, ['version']) === 'v1alpha1' && isPart(tree)
}

/** A patch has only what it changes (`talosctl gen config --config-patch`). */
function isPatch(tree: Tree): boolean {
  if (!isPart(tree)) return false
  const places = [...ARGUMENTS.map(([path]) => path), KUBELET_CONFIG]
  return places.some((path) => treeAt(tree, path) !== undefined)
}

function isPart(tree: Tree): boolean {
  return (treeAt(tree, ['machine']) ?? treeAt(tree, ['cluster'])) !== undefined
}

/** The resource of Talos with the command line and configuration of a kubelet as they are. */
function isKubeletSpec(tree: Tree): boolean {
  return /^KubeletSpecs\./.test(textAt(tree, ['metadata', 'type']) ?? '')
}
