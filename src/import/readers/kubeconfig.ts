import type { Tree } from '../../scenario/tree/tree.ts'
import type { ImportCertificate } from '../certificate.ts'
import type { Evidence } from '../evidence.ts'
import { type Place, placeOf } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, textAt } from '../tree-values.ts'
import { certificatesIn } from './pem.ts'

/** Reads kubeconfigs without credentials: servers, CAs and client certificates, inline or as file names. */
export const kubeconfigReader: DocumentReader = {
  reads: 'kubeconfigs: servers, CAs and client certificates; keys, tokens and passwords are not read',
  kinds: ['Config'],
  recognizes: ({ tree, kind }) => kind === 'Config' && itemsAt(tree, ['clusters']).length > 0,
  read({ tree }, evidence) {
    const at = placeOf(tree.position)
    evidence.note({ kind: 'unread', at, message: 'a kubeconfig, whose credentials are not read' })
    for (const cluster of itemsAt(tree, ['clusters'])) {
      const server = textAt(cluster, ['cluster', 'server'])
      if (server === null || textAt(cluster, ['cluster', 'insecure-skip-tls-verify']) === 'true') continue
      evidence.kubeconfigs.push({
        at,
        server,
        serverName: textAt(cluster, ['cluster', 'tls-server-name']),
        ...dataOrFile(cluster, ['cluster', 'certificate-authority'], at, evidence),
      })
    }
    for (const user of itemsAt(tree, ['users'])) {
      const { certificates, path } = dataOrFile(user, ['user', 'client-certificate'], at, evidence)
      if (certificates.length > 0 || path !== null)
        evidence.kubeconfigUsers.push({ at, name: textAt(user, ['name']) ?? '', certificates, path })
    }
  },
}

/** Returns the certificates under a key with `-data`, or the path under the key itself. */
function dataOrFile(
  tree: Tree,
  [section, key]: readonly [string, string],
  at: Place,
  evidence: Evidence,
): { readonly certificates: readonly ImportCertificate[]; readonly path: string | null } {
  const data = textAt(tree, [section, `${key}-data`])
  return data === null
    ? { certificates: [], path: textAt(tree, [section, key]) }
    : { certificates: bundleOf(data, at, evidence), path: null }
}

/** Reads certificates in a document, as base64 of PEM. Certificates that Go does not parse are reported. */
export function bundleOf(base64: string, at: Place, evidence: Evidence): readonly ImportCertificate[] {
  const read = certificatesIn(decoded(base64), at)
  for (const each of read)
    if (typeof each === 'string')
      evidence.note({ kind: 'unread', at, message: `a certificate that Go does not read: ${each}` })
  return read.filter((each) => typeof each !== 'string')
}

function decoded(base64: string): string {
  try {
    return atob(base64.replace(/\s+/g, ''))
  } catch {
    return ''
  }
}
