import { over } from '../../versions/version-steps.ts'
import { type FeatureGate, refusalsOfGates, settingsOf } from '../feature-gates.ts'
import type { Flag } from '../flag.ts'
import { listOf } from '../list-kind.ts'

const GATES: readonly FeatureGate[] = [
  'AuthorizePodWebsocketUpgradeCreatePermission',
  'ExtendWebSocketsToKubelet',
  'NodeDeclaredFeatures',
  'PortForwardWebsockets',
  'TranslateStreamCloseWebsocketRequests',
]
const SETTINGS = settingsOf(GATES)
const BY_GET = 'AuthorizePodWebsocketUpgradeCreatePermission=false'

export const featureGates: Flag<readonly string[]> = {
  name: 'feature-gates',
  kind: listOf(SETTINGS, over([6, SETTINGS, 'component-base featuregate/feature_gate.go'])),
  meaning: `Feature gates that differ from their defaults, as NAME=true or NAME=false: ${GATES.join(', ')}.`,
  default: { off: [] },
  weakness: (gates, about) =>
    about === BY_GET && gates.includes(BY_GET)
      ? 'get on pods/exec, pods/attach or pods/portforward is enough for a WebSocket'
      : null,
  neverAdded: SETTINGS,
  refusals: (gates, context) => refusalsOfGates(gates, GATES, context),
}
