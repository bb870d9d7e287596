import { treeAt } from '../../scenario/tree/tree.ts'
import { placeOf } from '../origin.ts'
import { findProgram } from '../programs/program-run.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, textAt } from '../tree-values.ts'

/** Reads the command lines of containers from `docker inspect`. Their environment is not read. */
export const dockerInspectReader: DocumentReader = {
  reads: '`docker inspect kube-apiserver kubelet`: command lines',
  kinds: [],
  recognizes: ({ tree, kind, apiVersion }) =>
    kind === '' && apiVersion === '' && textAt(tree, ['Path']) !== null && treeAt(tree, ['Args'])?.kind === 'list',
  read({ tree }, evidence) {
    const first = { text: textAt(tree, ['Path'])!, at: placeAt(tree, ['Path']) }
    const others = itemsAt(tree, ['Args']).map((item) => ({
      text: textAt(item, []) ?? '',
      at: placeOf(item.position),
    }))
    const found = findProgram([first, ...others])
    if (found === null)
      evidence.note({ kind: 'irrelevant', at: placeOf(tree.position), message: 'a container of another program' })
    else evidence.addRun({ ...found, at: first.at, image: textAt(tree, ['Config', 'Image']) }, 'process')
  },
}
