import { treeAt } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf, written } from '../origin.ts'
import { shellCommands } from '../programs/shell-words.ts'
import type { DocumentReader, TextReader } from '../reader.ts'
import { itemsAt, textAt } from '../tree-values.ts'

/** Reads the NodeConfig of EKS nodes: kubelet settings that nodeadm merges over its own. */
export const nodeConfigReader: DocumentReader = {
  reads: 'NodeConfig of EKS (nodeadm): settings and flags of kubelets',
  kinds: ['NodeConfig'],
  recognizes: ({ kind, apiVersion }) => kind === 'NodeConfig' && apiVersion.startsWith('node.eks.aws/'),
  read({ tree }, evidence) {
    evidence.distributions.push(written('eks', placeOf(tree.position)))
    const config = treeAt(tree, ['spec', 'kubelet', 'config'])
    if (config?.kind === 'map')
      evidence.kubeletFiles.push({ tree: config, at: placeOf(config.position), from: 'drop-in' })
    const words = itemsAt(tree, ['spec', 'kubelet', 'flags']).flatMap((item) => {
      const text = textAt(item, [])
      return text === null ? [] : [{ text, at: placeOf(item.position) }]
    })
    if (words.length > 0) evidence.addRun({ program: 'kubelet', words, at: words[0].at }, 'configuration')
  },
}

/** The line before the first part of user data, and its boundary. */
const MIME = /^content-type:\s*multipart\/\w+\s*;\s*boundary="?([^"\s;]+)"?/im

/** Reads user data of EKS nodes: parts for nodeadm, and scripts that call bootstrap.sh. Other parts are not read. */
export const userDataReader: TextReader = {
  reads: 'user data of nodes of EKS: parts for nodeadm, `bootstrap.sh --kubelet-extra-args`',
  recognizes: ({ text }) => MIME.test(text.slice(0, 2000)) || BOOTSTRAP.test(text),
  read(text, evidence) {
    const boundary = MIME.exec(text.text.slice(0, 2000))?.[1]
    if (boundary === undefined) return readScript(text.text, text.file, text.positionOf(0).line, evidence)
    let start = 0
    for (const part of text.text.split(`--${boundary}`)) {
      const head = /^[\s\S]*?\n\s*\n/.exec(part)?.[0].length ?? 0
      const type = /^content-type:\s*([\w./-]+)/im.exec(part.slice(0, head))?.[1] ?? ''
      const body = text.part(start + head, start + part.length)
      if (type === 'application/node.eks.aws') evidence.readInner(body)
      else readScript(body.text, text.file, body.positionOf(0).line, evidence)
      start += part.length + boundary.length + 2
    }
    return true
  },
}

const BOOTSTRAP = /\/etc\/eks\/bootstrap\.sh\b/

function readScript(script: string, file: string, line: number, evidence: Evidence): boolean {
  if (!BOOTSTRAP.test(script)) return false
  for (const command of shellCommands(script)) {
    if (!command.some(({ text }) => BOOTSTRAP.test(text))) continue
    const first = command[0]
    const at = { file, line: line + script.slice(0, first.offset).split('\n').length - 1 }
    evidence.distributions.push(written('eks', at))
    const index = command.findIndex(({ text }) => text === '--kubelet-extra-args')
    const value = index < 0 ? undefined : command[index + 1]
    const place = value === undefined ? at : { file, line: line + script.slice(0, value.offset).split('\n').length - 1 }
    const words = shellCommands(value?.text ?? '').flatMap((own) => own.map(({ text }) => ({ text, at: place })))
    if (words.length > 0) evidence.addRun({ program: 'kubelet', words, at: words[0].at }, 'configuration')
  }
  return true
}
