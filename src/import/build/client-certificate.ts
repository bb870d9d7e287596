import { type Sourced, written } from '../origin.ts'
import { datesOf, flawsOf, usagesOf } from './certificate-flaws.ts'
import type { BuildContext } from './context.ts'
import type { Plain } from './stanza.ts'

/**
 * Returns the client certificate of the apiserver, if kubelets refuse it; null if they accept it, or nobody knows it.
 * @param path the value of --kubelet-client-certificate
 */
export function refusedClientCertificate(path: string, context: BuildContext): Sourced<Plain> | null {
  const base = path.slice(path.lastIndexOf('/') + 1)
  const found = context.evidence.certificates.find(({ at, isCa }) => !isCa && at.file.endsWith(`/${base}`))
  const flaws = found === undefined ? [] : flawsOf(found, 'client', null, context)
  if (found === undefined || flaws.length === 0) return null
  const set = (key: string, value: Plain) =>
    context.stanza.set(['identities', 'refused-kubelet-client', key], written(value, found.at))
  set('kind', 'certificate')
  set('issuer', 'cluster-ca')
  set('cn', found.cn === '' ? 'kube-apiserver-kubelet-client' : found.cn)
  set('organizations', ['system:masters'])
  set('usages', usagesOf(found))
  for (const [key, value] of datesOf(found, context)) set(key, value)
  context.note({
    kind: 'contradiction',
    at: found.at,
    message: `the client certificate of the apiserver ${flaws.join(', and it ')}`,
    consequence: 'kubelets refuse it: logs, exec, attach, port-forward and nodes/proxy fail',
  })
  return written('refused-kubelet-client', found.at)
}
