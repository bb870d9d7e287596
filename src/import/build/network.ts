import { assumed, type Sourced } from '../origin.ts'
import { type BuildContext, NETWORK_MEANINGS, type Network } from './context.ts'
import type { Plain } from './stanza.ts'

/** The policy for each kind of network. It omits attackers that this network does not have. Default: all attackers. */
const RULES: Readonly<Partial<Record<Network, string>>> = {
  shared: 'never privilege, credential, relayed, impersonated, modified, read by blind, side, pod, node, user',
  private: 'never privilege, credential, relayed, impersonated, modified, read by pod, node, user, blind',
}

/** Writes the links for the kind of network, their encryption, and the timeouts of load balancers. */
export function buildNetwork(context: BuildContext): void {
  const { options, profile, stanza, evidence } = context
  const { network } = options
  const hasTunnels = stanza.get(['cluster', 'apiserver', 'flags', 'ssh-user']) !== undefined
  const isPublic = network === 'public' || (network === undefined && (profile.isHidden || hasTunnels))
  const why =
    network !== undefined
      ? `the option --network ${network}`
      : isPublic
        ? 'the control plane is elsewhere'
        : 'no option --network: every link that leaves a host is untrusted'
  stanza.set(['cluster', 'links', 'control-to-nodes'], assumed(isPublic ? 'public-network' : 'gce-private', why))
  if (network === 'shared') stanza.set(['cluster', 'node-network'], assumed('bridged', why))
  const rule = network === undefined ? undefined : RULES[network]
  if (rule !== undefined) stanza.set(['policy'], assumed([rule], `${why}: ${NETWORK_MEANINGS[network ?? 'private']}`))
  for (const { value, origin } of evidence.encryptions)
    context.note({
      kind: 'unmodelled',
      at: origin.kind === 'written' ? origin.at : null,
      message: `the network plugin encrypts traffic: ${value}`,
      consequence:
        'it is not modelled: between nodes it hides what pods send, and it does not cover the way from the control plane to kubelets unless that crosses the same interfaces',
    })
  writeProxy(context)
  writeBalancer(context)
}

function writeProxy(context: BuildContext): void {
  const { evidence, stanza, version } = context
  const [mode] = evidence.proxyModes
  if (mode === undefined) return
  const isKnown = mode.value === 'ipvs' || mode.value === 'iptables'
  if (isKnown && !(mode.value === 'ipvs' && version.minor < 8)) stanza.set(['cluster', 'kube-proxy', 'mode'], mode)
  else
    context.note({
      kind: 'unmodelled',
      at: mode.origin.kind === 'written' ? mode.origin.at : null,
      message: 'the mode of kube-proxy; iptables is taken',
    })
}

function writeBalancer({ evidence, stanza }: BuildContext): void {
  const timeouts = new Map(
    evidence.timeouts.map((one): [string, Sourced<Plain>] => [one.value[0], { ...one, value: one.value[1] }]),
  )
  if (timeouts.size === 0) return
  const [first] = timeouts.values()
  const path = ['middleboxes', 'load-balancer']
  stanza.set([...path, 'kind'], { ...first, value: 'proxy' })
  stanza.set([...path, 'before'], { ...first, value: 'master' })
  for (const [name, value] of timeouts) stanza.set([...path, 'timeout', name], value)
}
