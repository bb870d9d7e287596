/**
 * The entry `onpath/study`: questions that need many runs. It uses no files, clock or threads; texts, the day and a
 * `Simulator` are passed in.
 */
export type { ImportOptions } from '../import/build/context.ts'
export type { ImportFile } from '../import/import-file.ts'
export type { CheckResult, Finding } from '../measure/check.ts'
export type { FixResult } from '../measure/fix.ts'
export type { LimitsResult } from '../measure/limits/limits-result.ts'
export type { MatrixResult } from '../measure/matrix.ts'
export type { Result } from '../measure/result.ts'
export type { Comparison } from '../report/comparison/comparison.ts'
export type { Coordinate, SweepPoint } from '../scenario/sweep/sweep-point.ts'
export { BudgetExceeded } from '../simulation/budget.ts'
export { InvalidOptions } from '../simulation/given/check-given.ts'
export { type Checked, type CheckSettings, check } from './check/check.ts'
export { namedAttacks } from './check/named-attacks.ts'
export { type CheckPlan, type CheckScope, type NamedAttack, type ReadCheck, readCheck } from './check/read-check.ts'
export { importSubject, type Subject } from './check/subject.ts'
export {
  type ComparedSide,
  type ComparedTexts,
  compare,
  readSide,
  UnreadableText,
} from './compare/compare.ts'
export { findFix } from './fix/find-fix.ts'
export type { FixOptions, Written } from './fix/fix-task.ts'
export { type Fixable, fixableOf, type Patched } from './fix/fixable.ts'
export { findLimits, type LimitsOptions } from './limits/find-limits.ts'
export { type LimitsSubject, type ReadLimits, readLimits } from './limits/read-limits.ts'
export { tryMatrix } from './matrix-result.ts'
export { type InPlaceOptions, inPlace } from './simulator/in-place.ts'
export { type Simulated, simulateAll } from './simulator/simulate-all.ts'
export { Interrupted, type RunBudget, type SimulationProgress, type Simulator } from './simulator/simulator.ts'
export type { PointOutcome } from './sweep/point-outcome.ts'
export { type ReadSweep, readSweep, type Sweep } from './sweep/read-sweep.ts'
export { type SweptPoint, sweepPoints } from './sweep/sweep.ts'
export type { SweepOptions } from './sweep/sweep-options.ts'
