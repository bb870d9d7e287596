import { type Sourced, written } from '../origin.ts'
import { lastFlag } from '../programs/flag-syntax.ts'
import { textAt } from '../tree-values.ts'
import type { ApiserverSetUp } from './apiserver-set-up.ts'
import { certificatesAt } from './certificate-files.ts'
import { FOREIGN_CA, machineOfApiserver } from './certificates.ts'
import type { BuildContext } from './context.ts'
import { datesOf, goVerdict, presented, usagesOf } from './go-verdict.ts'
import type { KubeletSetUp } from './kubelet-set-ups.ts'
import type { Plain, Stanza } from './stanza.ts'

const CLIENT = { usage: 'client', name: null } as const

/**
 * Returns the apiserver's client certificate if all kubelets refuse its content; null if they accept it, or if that is
 * unknown.
 *
 * @param path the value of --kubelet-client-certificate
 */
export function refusedClientCertificate(path: string, context: BuildContext): Sourced<Plain> | null {
  const file = presented(certificatesAt(path, null, context))
  const refused = file === undefined ? null : goVerdict(file, [], CLIENT, context)
  if (file === undefined || refused === null) return null
  const [found] = file
  const set = (key: string, value: Plain) =>
    context.stanza.set(['identities', 'refused-kubelet-client', key], written(value, found.at))
  set('kind', 'certificate')
  set('issuer', 'cluster-ca')
  set('cn', found.parsed.cn === '' ? 'kube-apiserver-kubelet-client' : found.parsed.cn)
  set('organizations', ['system:masters'])
  set('usages', usagesOf(found))
  for (const [key, value] of datesOf(found, context)) set(key, value)
  context.note({
    kind: 'contradiction',
    at: found.at,
    message: `kubelets refuse the client certificate of the apiserver: ${refused.message}`,
    consequence: 'logs, exec, attach, port-forward and nodes/proxy fail',
  })
  return written('refused-kubelet-client', found.at)
}

/**
 * Replaces the client CA of a kubelet with a foreign one if its file does not accept the apiserver's client
 * certificate. Does nothing if one of the files is missing.
 *
 * @param stanza the section of the kubelet
 */
export function checkClientCa(
  setUp: KubeletSetUp,
  apiserver: ApiserverSetUp,
  stanza: Stanza,
  context: BuildContext,
): void {
  const flag = apiserver.flag('kubelet-client-certificate')
  const file = presented(flag?.value ? certificatesAt(flag.value, machineOfApiserver(apiserver, context), context) : [])
  const ca = clientCaOf(setUp)
  const roots = ca === null ? [] : certificatesAt(ca.value, setUp.machine, context)
  if (file === undefined || roots.length === 0 || goVerdict(file, [], CLIENT, context) !== null) return
  const refused = goVerdict(file, roots, CLIENT, context)
  if (refused === null || ca === null) return
  const at = roots[0].at
  context.stanza.set(['identities', FOREIGN_CA, 'kind'], written('ca', at, refused.message))
  stanza.set(ca.path, written(FOREIGN_CA, at))
  context.note({
    kind: 'contradiction',
    at,
    message: `the kubelet${setUp.machine === '' ? '' : ` of ${setUp.machine}`} refuses the client certificate of the apiserver: ${refused.message}`,
    consequence: 'logs, exec, attach, port-forward and nodes/proxy fail on this node',
  })
}

/** Returns the file with a kubelet's client CAs, and the key in the scenario; null if no file is named. */
function clientCaOf({ flags, files }: KubeletSetUp): { value: string; path: readonly string[] } | null {
  const flag = lastFlag(flags, 'client-ca-file')?.value
  if (flag) return { value: flag, path: ['flags', 'client-ca-file'] }
  const field = ['authentication', 'x509', 'clientCAFile']
  const value = files
    .toReversed()
    .map(({ tree }) => textAt(tree, field))
    .find(Boolean)
  return value ? { value, path: ['config', ...field] } : null
}
