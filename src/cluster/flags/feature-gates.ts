import { over, type Steps, stepAt } from '../versions/version-steps.ts'
import { type FlagContext, goQuoted, type Refusal } from './flag.ts'

/** The stage of a feature gate in a release: an alpha feature is off by default, a beta one on. */
type Stage = 'absent' | 'alpha' | 'beta'

/** The feature gates that are modelled, with their stages by release. */
export const FEATURE_GATES = {
  /** The upgrade of a WebSocket on exec, attach and portforward needs `create` too. */
  AuthorizePodWebsocketUpgradeCreatePermission: over<Stage>(
    [6, 'absent', 'k/k#134577'],
    [35, 'beta', 'k/k#134577; pkg/features/kube_features.go'],
  ),
  /** The API server forwards WebSockets to kubelets that declare support, and kubelets serve them (KEP-4006). */
  ExtendWebSocketsToKubelet: over<Stage>(
    [6, 'absent', 'k/k#136256'],
    [36, 'beta', 'k/k#136256; kubernetes/website#54653'],
  ),
  /** Kubelets declare their features in the status of their nodes, and API servers keep that (KEP-5328). */
  NodeDeclaredFeatures: over<Stage>([6, 'absent', 'KEP-5328'], [35, 'alpha', 'KEP-5328'], [36, 'beta', 'k/k#136256']),
  /** The API server serves port-forwards by SPDY inside of a WebSocket. */
  PortForwardWebsockets: over<Stage>([6, 'absent', 'KEP-4006'], [30, 'alpha', 'KEP-4006'], [31, 'beta', 'KEP-4006']),
  /** The API server serves commands by WebSockets whose input can end (v5.channel.k8s.io). */
  TranslateStreamCloseWebsocketRequests: over<Stage>(
    [6, 'absent', 'KEP-4006'],
    [29, 'alpha', 'k/k#119157'],
    [30, 'beta', 'k/k#123281'],
  ),
} as const satisfies Readonly<Record<string, Steps<Stage>>>

export type FeatureGate = keyof typeof FEATURE_GATES

/** Returns whether a feature gate is enabled in a program of this release with these `gates` (`NAME=true`). */
export function isGateOpen(gate: FeatureGate, gates: readonly string[], minor: number): boolean {
  const stage = stepAt<Stage>(FEATURE_GATES[gate], minor).value
  if (stage === 'absent') return false
  const given = gates.findLast((each) => each.startsWith(`${gate}=`))
  return given === undefined ? stage === 'beta' : given === `${gate}=true`
}

/** Returns the values of a flag for gates: each of them enabled, and disabled. */
export function settingsOf(gates: readonly FeatureGate[]): readonly string[] {
  return gates.flatMap((gate) => [`${gate}=false`, `${gate}=true`])
}

/** Refuses values that no program of the release accepts (component-base featuregate/feature_gate.go, SetFromMap). */
export function refusalsOfGates(
  written: readonly string[],
  known: readonly FeatureGate[],
  { version }: FlagContext,
): readonly Refusal[] {
  return written.flatMap((each, item): Refusal[] => {
    const [name, value] = each.split('=')
    if (value !== 'true' && value !== 'false')
      return [
        {
          code: 'wrong-type',
          message: value === undefined ? `missing bool value for ${name}` : `invalid value of ${goQuoted(each)}`,
          hint: `write ${name}=true or ${name}=false`,
          item,
        },
      ]
    const steps: Steps<Stage> | undefined = Object.hasOwn(FEATURE_GATES, name)
      ? FEATURE_GATES[name as FeatureGate]
      : undefined
    const isUsed = known.some((gate) => gate === name)
    if (steps !== undefined && stepAt(steps, version.minor).value === 'absent')
      return [
        {
          code: 'unknown-value',
          message: `unrecognized feature gate: ${name}`,
          hint: `it came with 1.${steps[1].from}`,
          item,
        },
      ]
    if (isUsed) return []
    const why = steps === undefined ? 'is not modelled yet' : 'has no effect on this program'
    return [
      { code: 'not-modelled-yet', message: `the feature gate ${name} ${why}`, item, near: { written: name, known } },
    ]
  })
}
