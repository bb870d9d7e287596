import { NS_PER_S } from '../../../engine/ticks.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseNegative } from '../flag.ts'
import { seconds } from '../flag-kind.ts'

export const unreachableTolerationNs: Flag<number> = {
  name: 'default-unreachable-toleration-seconds',
  kind: seconds({ minimum: 0 }),
  meaning: 'How long pods stay on a lost node after it got its taint. Without effect before 1.13.',
  default: always(300 * NS_PER_S, 'ARK plugin/pkg/admission/defaulttolerationseconds/admission.go'),
  refusals: (tolerationNs) => refuseNegative(unreachableTolerationNs, tolerationNs),
}
