import type { ApiserverSetUp } from './apiserver-set-up.ts'
import type { BuildContext } from './context.ts'

/** The first release in which k3s and RKE2 configure their tunnels by --egress-selector-config-file. */
const FIRST_SELECTOR_MINOR = 22

/** The fewest flags of a complete command line of k3s. A shorter one was cut. */
const FEWEST_FLAGS = 15

/**
 * Returns whether the apiserver reaches kubelets through the agents of k3s or RKE2 (rancher/remotedialer). It does
 * unless egress-selector-mode is disabled. Then it has no --egress-selector-config-file, or one with Direct.
 */
export function isAgentTunnelled(apiserver: ApiserverSetUp, { profile, evidence, version }: BuildContext): boolean {
  const { run } = apiserver
  const file = apiserver.flag('egress-selector-config-file')?.value
  const isByFlag = /rancher\/|k3s|rke2/.test(file ?? '')
  if (!profile.hasAgentTunnel && !isByFlag) return false
  const isDirect = evidence.egresses.some(({ value }) => value === 'none')
  const isWhole = run !== null && run.record !== 'configuration'
  // The flag of the running process counts more than a setting, which can be newer than the last start.
  if (isByFlag && isWhole) return !isDirect
  if (evidence.agentModes.some(({ value }) => value === 'disabled')) return false
  if (evidence.agentModes.length === 0 && isDirect) return false
  const isKnown = isWhole && version.minor >= FIRST_SELECTOR_MINOR
  return isByFlag || !isKnown || apiserver.flags.length < FEWEST_FLAGS
}

/** Returns whether the agents' tunnels also carry connections to pods and services. By default they do not. */
export function arePodsTunnelled({ evidence }: BuildContext): boolean {
  return evidence.agentModes.some(({ value }) => value === 'pod' || value === 'cluster')
}
