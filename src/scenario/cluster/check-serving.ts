import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { serverTlsBootstrap } from '../../cluster/flags/kubelet/server-tls-bootstrap.ts'
import { kubeletClientSettings } from '../../cluster/paths/connection-settings.ts'
import { dialledNode, dialledText } from '../../cluster/paths/preferred-address.ts'
import { reasonOfRefusal } from '../../security/refused-certificate.ts'
import { verifyCertificate } from '../../security/verify-certificate.ts'
import type { HostBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../../simulation/blueprint-cluster.ts'
import { Identities as Certificates } from '../../simulation/security/plan-security.ts'
import type { Identities } from '../identities/identities.ts'
import type { Findings } from '../tree/findings.ts'

const FLAG = ['cluster', 'apiserver', 'flags', kubeletCertificateAuthority.name]
const FIELD = ['cluster', 'kubelet', 'config', serverTlsBootstrap.name]
const LOST = 'logs, exec, attach, port-forward and nodes/proxy fail'

/**
 * Warns about kubelets without a serving certificate, or with one that the apiserver does not accept. Heartbeats and
 * probes still work, because they do not verify kubelets.
 */
export function checkServing(
  { apiserver, nodes }: ClusterBlueprint,
  hosts: readonly HostBlueprint[],
  identities: Identities,
  findings: Findings,
): void {
  const pending = nodes.filter(({ isServingPending }) => isServingPending)
  if (pending.length > 0) warnOfPending(pending, findings)
  const { ca } = kubeletClientSettings(apiserver.configuration)
  if (ca === null || identities.get(ca)?.kind !== 'ca') return
  const certificates = new Certificates(identities.all)
  const trusted = certificates.certificate(ca)
  const types = apiserver.configuration.kubeletPreferredAddressTypes
  const dialled = new Map(hosts.map((host) => [host.name, dialledText(dialledNode(types, host), host)]))
  const refused = nodes.flatMap(({ name, servingCertificate, isServingPending }) => {
    if (isServingPending || identities.get(servingCertificate)?.kind !== 'certificate') return []
    const presented = certificates.certificate(servingCertificate)
    const rule = { ca: trusted, expectedName: dialled.get(name) ?? name, usage: 'server', nowS: 0 } as const
    const refusal = verifyCertificate(presented, { kind: 'ca', ...rule })
    return refusal === null ? [] : [{ name, servingCertificate, reason: reasonOfRefusal(refusal) }]
  })
  if (refused.length === 0) return
  const [{ name, servingCertificate, reason }] = refused
  const others = refused.length > 1 ? ` and ${refused.length - 1} more` : ''
  findings.warn(
    FLAG,
    'incomplete',
    `${LOST}: the apiserver verifies kubelets with ${ca}, and refuses ${servingCertificate} of ${name}${others} (${reason})`,
    {
      hint: 'missing are certificates of that CA: serverTLSBootstrap: true in cluster.kubelet.config, and requests that an administrator approved, which is cluster.kubelet.server-certificate: issued',
    },
  )
}

function warnOfPending([{ name }, ...others]: readonly NodeBlueprint[], findings: Findings): void {
  const more = others.length > 0 ? ` and ${others.length} more` : ''
  findings.warn(
    FIELD,
    'incomplete',
    `${LOST}: the request of ${name}${more} for a serving certificate waits for approval, which no controller gives`,
    {
      hint: 'missing is the approval (kubectl certificate approve), which is cluster.kubelet.server-certificate: issued',
    },
  )
}
