import type { BuildContext } from './context.ts'

/**
 * Whether the apiserver reaches kubelets through the agents of k3s or RKE2 (rancher/remotedialer), which is so unless
 * egress-selector-mode is disabled.
 * @param egressFile the value of --egress-selector-config-file
 */
export function isAgentTunnelled(egressFile: string | null | undefined, { profile, evidence }: BuildContext): boolean {
  const isByFlag = /rancher\/|k3s|rke2/.test(egressFile ?? '')
  if (!profile.hasAgentTunnel && !isByFlag) return false
  return evidence.agentModes.every(({ value }) => value !== 'disabled')
}
