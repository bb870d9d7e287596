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
      evidence.kubeletFiles.push({ tree, at: placeOf(tree.position), from: isDropIn ? 'drop-in' : 'file' })
    }
  },
}
