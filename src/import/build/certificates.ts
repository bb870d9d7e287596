import { parseAddress } from '../../network/address-book.ts'
import { hasName } from '../../security/x509/host-names.ts'
import { ipBytes, ipText } from '../../security/x509/ip-bytes.ts'
import type { ImportCertificate } from '../certificate.ts'
import { written } from '../origin.ts'
import { lastFlag } from '../programs/flag-syntax.ts'
import type { ApiserverSetUp } from './apiserver-set-up.ts'
import { certificatesAt } from './certificate-files.ts'
import type { BuildContext } from './context.ts'
import { datesOf, goVerdict, usagesOf } from './go-verdict.ts'
import type { NodePlan } from './nodes.ts'
import { isSelfSigned, servingFileOf } from './serving.ts'
import type { Plain } from './stanza.ts'

/** The consequence of a serving certificate that the apiserver refuses. */
const LOST = 'logs, exec, attach, port-forward and nodes/proxy fail on this node'

/**
 * Writes the serving certificates of nodes unchanged: names, usages and dates decide whether the apiserver accepts
 * them. Certificates that a kubelet signed itself are refused by every CA anyway. A certificate that the apiserver's
 * CAs refuse for another reason gets a foreign CA in the scenario.
 */
export function buildServingCertificates(
  nodes: readonly NodePlan[],
  apiserver: ApiserverSetUp,
  context: BuildContext,
): void {
  const path = verifyingFile(apiserver, context)
  const roots = path === null ? [] : certificatesAt(path, machineOfApiserver(apiserver, context), context)
  for (const node of nodes) {
    const file = node.setUp === null ? undefined : servingFileOf(node.setUp, context)
    if (file === undefined || isSelfSigned(file[0]) || !isOwn(node)) continue
    const [certificate] = file
    const dialled = dialledName(node, apiserver)
    const demand = { usage: 'server', name: dialled } as const
    const own = goVerdict(file, [], demand, context)
    const refused = own ?? goVerdict(file, roots, demand, context)
    // Addresses in a scenario are IPv4 only. The node's default certificate represents one that is accepted for an IPv6
    // address.
    if (refused === null && !isAddress(dialled) && ipBytes(dialled) !== null) continue
    const identity = `${node.name}-serving`
    const set = (key: string, value: Plain) =>
      context.stanza.set(['identities', identity, key], written(value, certificate.at))
    if (own === null && refused !== null)
      context.stanza.set(['identities', FOREIGN_CA, 'kind'], written('ca', certificate.at, refused.message))
    set('kind', 'certificate')
    set('issuer', own === null && refused !== null ? FOREIGN_CA : 'cluster-ca')
    set('cn', certificate.parsed.cn === '' ? node.realName : certificate.parsed.cn)
    set('sans', sansOf(certificate, dialled, node))
    set('usages', usagesOf(certificate))
    for (const [key, value] of datesOf(certificate, context)) set(key, value)
    context.stanza.set(['hosts', node.name, 'certificate'], written(identity, certificate.at))
    if (refused === null) continue
    const who =
      path === null ? 'with --kubelet-certificate-authority, the apiserver would refuse' : 'the apiserver refuses'
    context.note({
      kind: path === null ? 'used' : 'contradiction',
      at: certificate.at,
      message: `${who} the serving certificate of ${node.realName}: ${refused.message}`,
      consequence: path === null ? 'nobody verifies it' : LOST,
    })
  }
}

/** The CA in the scenario that signs certificates which a verifier's CAs do not accept. */
export const FOREIGN_CA = 'foreign-ca'

/** Returns the file with the CAs that the apiserver verifies kubelets with; null if it does not verify them. */
function verifyingFile(apiserver: ApiserverSetUp, { profile }: BuildContext): string | null {
  const flag = apiserver.flag(FLAG)
  const isWhole = apiserver.run !== null && apiserver.run.record !== 'configuration'
  return (flag === undefined && !isWhole ? profile.apiserver[FLAG] : flag?.value) || null
}

const FLAG = 'kubelet-certificate-authority'

/** Returns the machine of the apiserver; null if it is not known. */
export function machineOfApiserver({ run }: ApiserverSetUp, context: BuildContext): string | null {
  return run === null ? null : (run.machine ?? context.machineOf(run.at))
}

/**
 * Returns whether the files of the node itself were imported, rather than files of another node that represents it.
 */
function isOwn({ setUp, realName }: NodePlan): boolean {
  const machine = setUp?.machine ?? ''
  return (
    machine === realName ||
    realName.startsWith(`${machine}.`) ||
    lastFlag(setUp?.flags ?? [], 'hostname-override')?.value === realName
  )
}

/** Returns the name or address that the apiserver dials: the first preferred type of address that the node has. */
function dialledName({ evidence, realName }: NodePlan, apiserver: ApiserverSetUp): string {
  const flag = apiserver.flag('kubelet-preferred-address-types')?.value
  const types = flag?.split(',') ?? ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP']
  const found = types.flatMap((type) => evidence?.addresses.find((one) => one.type === type.trim()) ?? [])
  return found[0]?.address ?? realName
}

/**
 * Returns the names that a scenario can have. The apiserver in the scenario dials a node's first address or its name in
 * the scenario. If the certificate is valid for the name that the real apiserver dials, it is also valid for these;
 * otherwise it is not.
 */
function sansOf({ parsed }: ImportCertificate, dialled: string, { evidence, name }: NodePlan): readonly string[] {
  const names = parsed.names ?? []
  // A DNS name that looks like an address does not count (`DNS:10.0.1.11`).
  const usable = names.flatMap(({ kind, value }) =>
    kind === 'ip' && value.length === 8
      ? [ipText(value)]
      : kind === 'dns' && !isAddress(value) && /^(\*\.)?[\w-]+(\.[\w-]+)*$/.test(value)
        ? [value]
        : [],
  )
  if (isAddress(dialled)) return [...new Set(usable)].slice(0, MOST_NAMES)
  const address = evidence?.addresses.find(({ type, address: one }) => type === 'InternalIP' && isAddress(one))?.address
  const isNamed = hasName(names, dialled)
  const stand = isNamed ? [name, ...(address === undefined ? [] : [address])] : []
  const others = isNamed ? usable : usable.filter((san) => !isAddress(san) && san !== name)
  return [...new Set([...stand, ...others])].slice(0, MOST_NAMES)
}

/** The most names of a certificate in a scenario. */
const MOST_NAMES = 100

function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) && !Number.isNaN(parseAddress(text))
}
