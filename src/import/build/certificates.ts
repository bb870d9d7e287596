import { parseAddress } from '../../network/address-book.ts'
import type { ImportCertificate } from '../certificate.ts'
import { written } from '../origin.ts'
import { lastFlag } from '../programs/flag-syntax.ts'
import type { ApiserverSetUp } from './apiserver-set-up.ts'
import { datesOf, flawsOf, hasName, usagesOf } from './certificate-flaws.ts'
import type { BuildContext } from './context.ts'
import type { NodePlan } from './nodes.ts'
import { isSelfSigned, servingCertificateOf } from './serving.ts'
import type { Plain } from './stanza.ts'

/** The consequence of a serving certificate that the apiserver refuses. */
const LOST = 'logs, exec, attach, port-forward and nodes/proxy fail on this node'

/**
 * Writes the serving certificates of nodes as they are: names, usages and dates decide whether the apiserver accepts
 * them. Those that a kubelet signed itself are refused by every CA, whatever is in them.
 */
export function buildServingCertificates(
  nodes: readonly NodePlan[],
  apiserver: ApiserverSetUp,
  context: BuildContext,
): void {
  const isVerified = Boolean(apiserver.flag('kubelet-certificate-authority')?.value)
  for (const node of nodes) {
    const certificate = node.setUp === null ? undefined : servingCertificateOf(node.setUp, context)
    if (certificate === undefined || isSelfSigned(certificate) || !isOwn(node)) continue
    const dialled = dialledName(node, apiserver)
    const identity = `${node.name}-serving`
    const set = (key: string, value: Plain) =>
      context.stanza.set(['identities', identity, key], written(value, certificate.at))
    set('kind', 'certificate')
    set('issuer', 'cluster-ca')
    set('cn', certificate.cn === '' ? node.realName : certificate.cn)
    set('sans', sansOf(certificate, dialled, node))
    set('usages', usagesOf(certificate))
    for (const [key, value] of datesOf(certificate, context)) set(key, value)
    context.stanza.set(['hosts', node.name, 'certificate'], written(identity, certificate.at))
    for (const message of flawsOf(certificate, 'server', dialled, context))
      context.note({
        kind: isVerified ? 'contradiction' : 'used',
        at: certificate.at,
        message: `the serving certificate of ${node.realName} ${message}`,
        consequence: isVerified ? LOST : 'nobody verifies it; with --kubelet-certificate-authority it would be refused',
      })
  }
}

/** True if the files of the node itself were given, and not those of another that stand for it. */
function isOwn({ setUp, realName }: NodePlan): boolean {
  const machine = setUp?.machine ?? ''
  return (
    machine === realName ||
    realName.startsWith(`${machine}.`) ||
    lastFlag(setUp?.flags ?? [], 'hostname-override')?.value === realName
  )
}

/** Returns the name or address that the apiserver dials: the first type of address that it prefers and the node has. */
function dialledName({ evidence, realName }: NodePlan, apiserver: ApiserverSetUp): string {
  const flag = apiserver.flag('kubelet-preferred-address-types')?.value
  const types = flag?.split(',') ?? ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP']
  const found = types.flatMap((type) => evidence?.addresses.find((one) => one.type === type.trim()) ?? [])
  return found[0]?.address ?? realName
}

/**
 * Returns the names that a scenario can have. Its apiserver dials the first address of a node, or the node's name in the
 * scenario, which has no dots: where the certificate is for what the real one dials, it is for these too, and else not.
 */
function sansOf({ sans }: ImportCertificate, dialled: string, { evidence, name }: NodePlan): readonly string[] {
  const usable = sans.filter((san) => isAddress(san) || /^(\*\.)?[\w-]+(\.[\w-]+)*$/.test(san))
  if (isAddress(dialled)) return [...new Set(usable)].slice(0, MOST_NAMES)
  const address = evidence?.addresses.find(({ type, address: one }) => type === 'InternalIP' && isAddress(one))?.address
  const isNamed = hasName(sans, dialled)
  const stand = isNamed ? [name, ...(address === undefined ? [] : [address])] : []
  const others = isNamed ? usable : usable.filter((san) => !isAddress(san) && san !== name)
  return [...new Set([...stand, ...others])].slice(0, MOST_NAMES)
}

/** The most names of a certificate. */
const MOST_NAMES = 100

function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) && !Number.isNaN(parseAddress(text))
}
