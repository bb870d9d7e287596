import type { ApiserverSetUp } from './apiserver-set-up.ts'
import type { BuildContext } from './context.ts'

/** The release from which on k3s and RKE2 configure their tunnels by --egress-selector-config-file. */
const FIRST_SELECTOR_MINOR = 22

/** The fewest flags of a command line of k3s that is there as a whole, and not cut. */
const FEWEST_FLAGS = 15

/**
 * Whether the apiserver reaches kubelets through the agents of k3s or RKE2 (rancher/remotedialer), which is so unless
 * egress-selector-mode is disabled: then it has no --egress-selector-config-file, or one that says Direct.
 */
export function isAgentTunnelled(apiserver: ApiserverSetUp, { profile, evidence, version }: BuildContext): boolean {
  const { run } = apiserver
  const file = apiserver.flag('egress-selector-config-file')?.value
  const isByFlag = /rancher\/|k3s|rke2/.test(file ?? '')
  if (!profile.hasAgentTunnel && !isByFlag) return false
  const isDirect = evidence.egresses.some(({ value }) => value === 'none')
  const isWhole = run !== null && run.record !== 'configuration'
  // The flag of what runs counts more than a setting, which can be newer than the last start.
  if (isByFlag && isWhole) return !isDirect
  if (evidence.agentModes.some(({ value }) => value === 'disabled')) return false
  if (evidence.agentModes.length === 0 && isDirect) return false
  const isKnown = isWhole && version.minor >= FIRST_SELECTOR_MINOR
  return isByFlag || !isKnown || apiserver.flags.length < FEWEST_FLAGS
}

/** Tells if the tunnels of agents carry connections to pods and services too, which they do not by default. */
export function arePodsTunnelled({ evidence }: BuildContext): boolean {
  return evidence.agentModes.some(({ value }) => value === 'pod' || value === 'cluster')
}
