import { HEALTHZ_PORT, KUBELET_PORT, READ_ONLY_PORT } from '../../cluster/paths/path.ts'
import type { Blueprint, IdentityBlueprint } from '../../simulation/blueprint.ts'
import type { NodeBlueprint } from '../../simulation/blueprint-cluster.ts'
import type { ExpandedBlueprint } from '../../simulation/expanded-blueprint.ts'
import { hostOfPod } from '../../simulation/lookups/members.ts'
import { hasSshTunneler } from '../../simulation/ssh-tunnels/expand-ssh-tunnels.ts'

/**
 * Returns a changed scenario in which kubelets without any clients keep their previous settings. No simulation depends
 * on how a server would answer if nobody asks.
 */
export function withIdleKubeletsAsBefore(
  before: ExpandedBlueprint,
  after: ExpandedBlueprint,
  changed: Blueprint,
): Blueprint {
  const { cluster } = changed
  if (cluster === null || before.cluster === null || after.cluster === null) return changed
  if ([before.cluster, after.cluster].some(hasSshTunneler)) return changed
  const old = new Map(before.cluster.nodes.map((node) => [node.name, node]))
  const idle = new Map(
    cluster.nodes.flatMap((node) => {
      const own = old.get(node.name)
      const isIdle = own !== undefined && isIdleIn(before, [own, node]) && isIdleIn(after, [own, node])
      return isIdle ? [[node.name, own] as const] : []
    }),
  )
  if (idle.size === 0) return changed
  const nodes = cluster.nodes.map((node) => servingAs(idle.get(node.name) ?? node, node))
  const names = new Set(
    cluster.nodes.flatMap((node) => {
      const own = idle.get(node.name)
      return own === undefined ? [] : [own.servingCertificate, node.servingCertificate]
    }),
  )
  return { ...changed, cluster: { ...cluster, nodes }, identities: identitiesOf(before, changed, names) }
}

/** Returns a node whose kubelet has the settings and certificate of another one, as far as clients see them. */
function servingAs(
  { kubelet, servingCertificate, isServingPending }: NodeBlueprint,
  node: NodeBlueprint,
): NodeBlueprint {
  const { nodeLeaseDurationNs, nodeStatusReportFrequencyNs, nodeStatusUpdateFrequencyNs, rotateCertificates } =
    node.kubelet
  const ofClient = { nodeLeaseDurationNs, nodeStatusReportFrequencyNs, nodeStatusUpdateFrequencyNs, rotateCertificates }
  return { ...node, kubelet: { ...kubelet, ...ofClient }, servingCertificate, isServingPending }
}

/**
 * Returns the identities of a scenario. The given certificates, and CAs that sign only these, keep their previous
 * values.
 */
function identitiesOf(
  before: Blueprint,
  { identities }: Blueprint,
  certificates: ReadonlySet<string>,
): readonly IdentityBlueprint[] {
  const others = withoutThese(identities, certificates)
  const kept = new Set(withoutThese(before.identities, certificates))
  return [...others, ...before.identities.filter((one) => !kept.has(one))]
}

/**
 * Returns identities without the given certificates, and without the CAs that sign only these (CAs made by kubelets).
 */
function withoutThese(
  identities: readonly IdentityBlueprint[],
  certificates: ReadonlySet<string>,
): readonly IdentityBlueprint[] {
  const issuers = { ofThese: new Set<string | null>(), ofOthers: new Set<string | null>() }
  for (const one of identities)
    if (one.kind === 'certificate') (certificates.has(one.name) ? issuers.ofThese : issuers.ofOthers).add(one.issuer)
  return identities.filter(
    ({ name }) => !certificates.has(name) && (!issuers.ofThese.has(name) || issuers.ofOthers.has(name)),
  )
}

/**
 * Returns whether no path leads to the kubelet of a node with one of these settings, and no attacker is concerned with
 * the node, its pods or its certificate.
 */
function isIdleIn({ paths, attackers, cluster }: ExpandedBlueprint, settings: readonly NodeBlueprint[]): boolean {
  const [{ name: node }] = settings
  const ports = new Set([
    ...[HEALTHZ_PORT, KUBELET_PORT, READ_ONLY_PORT],
    ...settings.flatMap(({ kubelet }) => [kubelet.port, kubelet.readOnlyPort]),
  ])
  const certificates = settings.map(({ servingCertificate }) => servingCertificate)
  const isReached = paths.some(
    ({ to, port, insteadOf, tls }) =>
      ((to === node || insteadOf?.node === node) && ports.has(port)) ||
      (tls !== null && certificates.includes(tls.serverCertificate)),
  )
  if (isReached) return false
  const pods = cluster?.pods.filter((pod) => pod.node === node) ?? []
  const text = JSON.stringify(attackers)
  return ![node, ...certificates, ...pods.flatMap((pod) => [pod.name, hostOfPod(pod)])].some((name) =>
    text.includes(name),
  )
}
