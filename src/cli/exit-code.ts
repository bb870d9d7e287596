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
  notKnown: 8,
  interrupted: 130,
  /** The reader of standard output closed it: 128 + SIGPIPE. */
  pipeClosed: 141,
  terminated: 143,
} as const satisfies Readonly<Record<string, number>>

/** The meaning of each exit code, as docs/exit-codes.md has it. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'success',
  bug: 'a bug in onpath',
  usage: 'the command line is wrong, a file cannot be read or written, or two that are compared have nothing in common',
  invalidScenario: 'a scenario is invalid; all problems are listed, and nothing was written',
  expectationFailed:
    'an `expect` was not met; `check` or `matrix`: an attacker got what the policy forbids; `check`: nothing was checked',
  regression:
    '`compare` found a verdict that got worse, or a figure beyond chance or `--fail-on-regression`; or a verdict is worse than in `--baseline`',
  determinismViolated: '`replay` gave another result than the recorded one',
  notKnown:
    '`check`, `matrix`: no attacker got what the policy forbids, and something is not known of the cluster that could change this',
  budgetExceeded: 'the run used up `--max-events` or `--max-memory`, or the machine has no more memory',
  interrupted: 'interrupted by SIGINT; partial results are kept and marked',
  pipeClosed: 'standard output was closed before all runs had ended, as by `head`; partial results are kept and marked',
  terminated: 'interrupted by SIGTERM; partial results are kept and marked',
}

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const PRECEDENCE: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.pipeClosed,
  EXIT.usage,
  EXIT.invalidScenario,
  EXIT.bug,
  EXIT.budgetExceeded,
  EXIT.determinismViolated,
  EXIT.regression,
  EXIT.expectationFailed,
  EXIT.notKnown,
]

/** Returns the exit code for several runs: the code of the most severe result. */
export function mostSevere(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.ok
}
