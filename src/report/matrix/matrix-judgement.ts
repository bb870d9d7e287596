import type { MatrixResult } from '../../measure/matrix.ts'
import { judgementText } from '../check/check-table.ts'
import type { Screen } from '../screen/screen.ts'

/** Returns the paragraph about the policy's judgement of the cells; none without a policy. */
export function judgement({ check }: MatrixResult, screen: Screen): string[] {
  return check === undefined ? [] : [judgementText(check, { screen, showsAll: false })]
}
