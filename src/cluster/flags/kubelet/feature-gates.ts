import { over } from '../../versions/version-steps.ts'
import { type FeatureGate, refusalsOfGates, settingsOf } from '../feature-gates.ts'
import type { Flag } from '../flag.ts'
import { listOf } from '../list-kind.ts'

const GATES: readonly FeatureGate[] = ['ExtendWebSocketsToKubelet', 'NodeDeclaredFeatures']
const SETTINGS = settingsOf(GATES)

export const featureGates: Flag<readonly string[]> = {
  name: 'featureGates',
  kind: listOf(SETTINGS, over([6, SETTINGS, 'component-base featuregate/feature_gate.go'])),
  meaning: `Feature gates that differ from their defaults, as a map from names to booleans, or as NAME=true: ${GATES.join(', ')}.`,
  default: { off: [] },
  neverOffered: 'both gates decide on the protocol of streams, and close nothing',
  also: { name: 'feature-gates' },
  refusals: (gates, context) => refusalsOfGates(gates, GATES, context),
}
