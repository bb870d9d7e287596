import { treeAt } from '../../scenario/tree/tree.ts'
import { placeOf } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'

export const kubeletConfigurationReader: DocumentReader = {
  reads: 'KubeletConfiguration, its drop-ins, and the answers of /configz of kubelets',
  kinds: ['KubeletConfiguration'],
  recognizes: ({ tree, kind }) => kind === 'KubeletConfiguration' || treeAt(tree, ['kubeletconfig'])?.kind === 'map',
  read({ tree, text }, evidence) {
    const running = treeAt(tree, ['kubeletconfig'])
    if (running !== undefined)
      evidence.kubeletFiles.push({ tree: running, at: placeOf(running.position), from: 'running' })
    else {
      const isDropIn = /\.d\/[^/]*$/.test(text.file)
      // See k/k cmd/kubelet/app/server.go, mergeKubeletConfigurations.
      if (isDropIn && !text.file.endsWith('.conf')) {
        evidence.note({
          kind: 'contradiction',
          at: placeOf(tree.position),
          message: 'a drop-in of a kubelet configuration whose name does not end in .conf',
          consequence: 'the kubelet does not read it, so that it has no effect',
        })
        return
      }
      const file = { tree, at: placeOf(tree.position) }
      evidence.kubeletFiles.push(isDropIn ? { ...file, from: 'drop-in', isOfFolder: true } : { ...file, from: 'file' })
    }
  },
  sections: [
    // The configuration that kubeadm distributes to nodes.
    {
      program: 'kubelet',
      takes: 'fields',
      path: [],
      form: 'fields',
      isForAll: true,
      mark: /\bkubelet-config\b/,
      isIn: ({ holder }) => holder?.startsWith('kubelet-config') === true,
    },
  ],
}
