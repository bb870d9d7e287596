import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import { Excerpt } from '../excerpt.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'
import { innerText } from './config-map.ts'
import { readClusterConfiguration, readNodeRegistration } from './kubeadm.ts'

/**
 * Reads the kubeadm configuration in Cluster API objects: of control planes, and of the machines of a
 * MachineDeployment.
 */
export const clusterApiReader: DocumentReader = {
  reads: 'KubeadmControlPlane, KubeadmConfig and their templates of Cluster API',
  kinds: ['KubeadmControlPlane', 'KubeadmControlPlaneTemplate', 'KubeadmConfig', 'KubeadmConfigTemplate'],
  recognizes: ({ apiVersion, kind }) => /\.cluster\.x-k8s\.io\//.test(apiVersion) && kind.startsWith('Kubeadm'),
  read({ tree, kind }, evidence) {
    const version = sourcedAt(tree, ['spec', 'version'])
    if (version !== null) evidence.versions.push(version)
    const places = [['spec', 'template', 'spec'], ['spec']]
    const spec = places.map((place) => treeAt(tree, place)).find((one) => one !== undefined)
    const config = spec === undefined ? undefined : (treeAt(spec, ['kubeadmConfigSpec']) ?? spec)
    if (config === undefined) return
    const isOfControlPlanes = kind.startsWith('KubeadmControlPlane')
    const cluster = treeAt(config, ['clusterConfiguration'])
    if (cluster !== undefined) readClusterConfiguration(cluster, evidence)
    readRegistration(config, ['initConfiguration'], 'InitConfiguration', evidence)
    readRegistration(
      config,
      ['joinConfiguration'],
      isOfControlPlanes ? 'InitConfiguration' : 'JoinConfiguration',
      evidence,
    )
  },
}

function readRegistration(config: Tree, path: readonly string[], kind: string, evidence: Evidence): void {
  const part = treeAt(config, path)
  if (part !== undefined) readNodeRegistration(part, kind, evidence)
}

/** Reads the configuration of kind. Its patches of kubeadm documents are texts. */
export const kindReader: DocumentReader = {
  reads: 'configurations of kind, with their kubeadmConfigPatches',
  kinds: ['Cluster'],
  recognizes: ({ apiVersion, kind }) => kind === 'Cluster' && apiVersion.startsWith('kind.x-k8s.io/'),
  read({ tree }, evidence) {
    for (const node of [tree, ...itemsAt(tree, ['nodes'])]) {
      const image = sourcedAt(node, ['image'])
      if (image !== null)
        evidence.versions.push({ ...image, value: image.value.replace(/@.*$/, '').replace(/^.*:/, '') })
      readTexts(itemsAt(node, ['kubeadmConfigPatches']), evidence)
    }
  },
}

function readTexts(texts: readonly Tree[], evidence: Evidence): void {
  for (const one of texts) {
    const text = innerText(one)
    if (text !== null) evidence.readInner(text)
  }
}

/** Reads the files that cloud-init writes on a new machine, as in Cluster API. Compressed files are not read. */
export const cloudConfigReader: DocumentReader = {
  reads: 'user data of cloud-init (#cloud-config): the files that it writes, unless they are packed',
  kinds: [],
  recognizes: ({ tree, kind, apiVersion }) =>
    kind === '' && apiVersion === '' && itemsAt(tree, ['write_files']).some((one) => textAt(one, ['path']) !== null),
  read({ tree }, evidence) {
    for (const file of itemsAt(tree, ['write_files'])) {
      const content = treeAt(file, ['content'])
      const text = content === undefined ? null : innerText(content)
      const isPacked = textAt(file, ['encoding']) !== null
      if (isPacked)
        evidence.note({ kind: 'unread', at: placeAt(file, ['encoding']), message: 'a packed file, which is not read' })
      else if (text !== null) evidence.readInner(new Excerpt(text.file, text.text, text.positionOf(0).line))
    }
  },
}
