/** The exit codes of the command line (docs/exit-codes.md). */
export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  invalidScenario: 3,
  expectationFailed: 4,
  regression: 5,
  determinismViolated: 6,
  budgetExceeded: 7,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const PRECEDENCE: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.usage,
  EXIT.invalidScenario,
  EXIT.bug,
  EXIT.budgetExceeded,
  EXIT.determinismViolated,
  EXIT.regression,
  EXIT.expectationFailed,
]

/** Returns the exit code of several runs, which is that of the most severe result. */
export function mostSevere(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.ok
}
